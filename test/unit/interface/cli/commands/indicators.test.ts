import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../../../../src/interface/cli/main.ts';
import { FakeApp, fakeHome, type FakeHome } from '../../../../builders/fakeApp.ts';
import { fakeIo } from '../../../../builders/fakeIo.ts';

let home: FakeHome;

beforeEach(() => {
  home = fakeHome();
});
afterEach(() => {
  home.dispose();
});

async function plimsoll(...args: readonly string[]) {
  const io = fakeIo();
  const exitCode = await main([...args, '--config', home.configFile], new FakeApp(), io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

describe('indicators', () => {
  it('lists what there is, a line each', async () => {
    const { exitCode, stdout } = await plimsoll('indicators');
    const [titles = '', ...rows] = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(0);
    expect(titles).toMatch(/^INDICATOR +FAMILY +PARAMETERS +OUTPUTS +WARM +WHAT$/u);
    expect(rows.map((row) => row.split(/ {2,}/u))).toEqual([
      ['rsi', 'oscillator', 'length 14', 'value', '15', 'strength'],
      ['obv', 'volume', '-', 'value', '15', 'a total'],
    ]);
  });

  it('tells all about one', async () => {
    const { stdout } = await plimsoll('indicators', 'rsi');
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'rsi (oscillator): strength',
        'seeded with: a mean',
        'bars: 15 to warm; 402 until nothing before them shows',
        '  length: 14 (whole, 1 to 500): look-back',
        '  value: a number',
      ]),
    );
    expect((await plimsoll('indicators', 'obv')).stdout).toContain('it never forgets');
  });

  it('gives a document, with null where no number of bars is enough', async () => {
    const { stdout } = await plimsoll('indicators', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      indicators: [
        { name: 'rsi', warm_up: 15, settle: 402, params: [{ name: 'length', whole: true }] },
        { name: 'obv', settle: null, seeding: null },
      ],
    });
  });

  it('refuses a name that there is not, and says which is near', async () => {
    const { exitCode, stderr } = await plimsoll('indicators', 'rso');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('rsi');
  });
});
