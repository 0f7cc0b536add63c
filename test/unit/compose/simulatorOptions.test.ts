/** What `plimsoll sim` is asked for, and how it refuses what cannot be. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latencyOf, marketOf, stateOf, venueOf } from '../../../src/compose/simulatorOptions.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-options-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('words', () => {
  it('name venues, latencies and regimes, or are refused with the nearest', () => {
    expect([venueOf('okx'), latencyOf('slow'), marketOf(['crash'], false)]).toEqual([
      'okx',
      'slow',
      { regime: 'crash' },
    ]);
    expect(() => venueOf('okex')).toThrow('expected binance, okx; did you mean "okx"?');
    expect(() => latencyOf('toString')).toThrow('USAGE: --latency toString: expected none, lan');
    expect(() => marketOf(['crsh'], false)).toThrow('did you mean "crash"?');
  });

  it('name recorded files, with the symbol where the name does not tell', () => {
    const [a, b] = [file('a.csv', ''), file('b.csv', '')];
    expect(marketOf([a, `ETH/USDT=${b}`], true)).toEqual({
      replay: { files: [{ file: a }, { file: b, symbol: 'ETH/USDT' }], isStrict: true },
    });
    expect(() => marketOf(['ETH/USDT=/nowhere.csv'], false)).toThrow(
      'USAGE: --market /nowhere.csv: the file does not exist',
    );
    expect(() => marketOf([a, 'crash'], false)).toThrow('expected one regime alone');
    expect(() => marketOf([`BTC/USDT=${folder}`], false)).toThrow(
      `USAGE: --market BTC/USDT=${folder}: this is a folder; name the recorded files in it`,
    );
  });

  it('name a folder for the world, made when it is not there', () => {
    const inner = join(folder, 'a', 'b');
    expect([stateOf(inner), existsSync(inner)]).toEqual([inner, true]);
    const taken = file('taken', '');
    expect(() => stateOf(taken)).toThrow(
      `USAGE: --state ${taken}: ${taken} is not a folder; name one`,
    );
    expect(() => stateOf(join(taken, 'below'))).toThrow(`${taken} is not a folder`);
  });

  // A recursive mkdir of Node 20 goes round for ever here.
  it('name no folder where none can be made', () => {
    if (!existsSync('/proc')) return;
    expect(() => stateOf('/proc/nope/world')).toThrow(
      /^USAGE: --state \/proc\/nope\/world: \/proc cannot be written to \(E\w+\); name a folder that can$/u,
    );
  });
});
