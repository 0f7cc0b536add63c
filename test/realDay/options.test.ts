import { describe, expect, it } from '@jest/globals';
import { HAPPENINGS } from './happenings.ts';
import { readDayOptions, USAGE } from './options.ts';

describe('the options of a day', () => {
  it('are an hour of everything with both queues when nothing is said', () => {
    expect(readDayOptions([])).toEqual({
      ...{ hours: 1, backends: ['embedded', 'redis'], redisUrl: undefined, out: 'data/soak' },
      ...{ seed: 1, speed: 1, happenings: Object.keys(HAPPENINGS) },
      ...{ heapSnapshots: false, slopeMax: 2, json: false },
    });
  });

  it('are what is said', () => {
    const args = ['--hours', '0.5', '--queues', 'redis', '--redis', 'redis://127.0.0.1:1'];
    const more = ['--happenings', 'slow,daemon-killed', '--heap-snapshots', '--slope-max', '0.5'];
    expect(readDayOptions([...args, ...more, '--json', '--out', 'x'])).toMatchObject({
      ...{ hours: 0.5, backends: ['redis'], redisUrl: 'redis://127.0.0.1:1', out: 'x' },
      ...{ happenings: ['slow', 'daemon-killed'], heapSnapshots: true, slopeMax: 0.5, json: true },
    });
  });

  it.each([
    [['--hours', '0'], '--hours 0: expected a number above 0'],
    [['--hours', '-1x'], '--hours'],
    [['--seed', '1.5'], '--seed 1.5'],
    [['--queues', 'embedded,kafka'], '--queues kafka: not known'],
    [['--happenings', 'rain'], '--happenings rain: not known'],
    [['--nonsense'], '--nonsense'],
  ])('%j: refused with words', (args, words) => {
    const refused = readDayOptions(args);
    expect(refused).toBeInstanceOf(Error);
    expect(refused instanceof Error && refused.message).toContain(words);
  });

  it('are all in the help, and so is every happening', () => {
    expect(readDayOptions(['-h'])).toBe('help');
    for (const option of ['hours', 'queues', 'redis', 'out', 'seed', 'speed', 'slope-max', 'json'])
      expect(USAGE).toContain(`--${option}`);
    for (const id of Object.keys(HAPPENINGS)) expect(USAGE).toContain(id);
  });
});
