/** What `npm run sim:soak` can be told, and what it says to what it cannot. */
import { describe, expect, it } from '@jest/globals';
import { readSoakOptions } from './soakOptions.ts';
import { USUAL_IDS } from './switchedOff.ts';

describe('the options of the soak', () => {
  it('run for ten minutes from seed 1 when nothing is said', () => {
    expect(readSoakOptions([])).toMatchObject({ from: 1, seeds: undefined, minutes: 10 });
  });

  it('have no end in time when a number of seeds is given', () => {
    expect(readSoakOptions(['--seeds', '10000', '--from', '50001', '--jobs', '3'])).toEqual({
      from: 50_001,
      seeds: 10_000,
      minutes: undefined,
      jobs: 3,
      ids: USUAL_IDS,
    });
  });

  it('take both, and fractions of minutes', () => {
    expect(readSoakOptions(['--seeds=7', '--minutes=1.5'])).toMatchObject({
      seeds: 7,
      minutes: 1.5,
    });
  });

  it.each([['--help'], ['-h']])('give help for %s, whatever else is said', (flag) => {
    expect(readSoakOptions(['--seeds', 'x', flag])).toBe('help');
  });

  it.each([
    [['--seeds', '0'], '--seeds 0: expected a whole number from 1 to 1000000000'],
    [['--seeds', '1e3'], '--seeds 1e3: expected a whole number'],
    [['--from', '-1'], "'--from'"],
    [['--from', '1.5'], '--from 1.5: expected a whole number from 0'],
    [['--jobs', '0'], '--jobs 0: expected a whole number from 1 to 256'],
    [['--minutes', '0'], '--minutes 0: expected a number above 0, such as 1.5'],
    [['--minutes', 'ten'], '--minutes ten'],
    [['--sedes', '1'], "'--sedes'"],
    [['--faults', 'R1,X9'], '--faults R1,X9: "X9" is no fault'],
    [['12'], "'12'"],
  ])('refuse %j in words', (args, words) => {
    expect(readSoakOptions(args)).toMatchObject({
      message: expect.stringContaining(words) as unknown,
    });
  });

  it('name everything that is wrong at once', () => {
    expect(readSoakOptions(['--seeds', 'a', '--minutes', 'b'])).toHaveProperty(
      'message',
      expect.stringMatching(/--seeds a: .*\n--minutes b: /u),
    );
  });
});
