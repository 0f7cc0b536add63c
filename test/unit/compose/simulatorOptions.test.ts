/** What `plimsoll sim` is asked for, and how it refuses what cannot be. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf, latencyOf, marketOf, venueOf } from '../../../src/compose/simulatorOptions.ts';

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

describe('a fault file', () => {
  it('is read as YAML and as JSON', () => {
    const rule = { times: 1, action: { type: 'html', status: 502 } };
    const conditions = { latency: 'home', clockSkewMs: 5 };
    const yaml = file(
      'good.yaml',
      'rules:\n  - times: 1\n    action: { type: html, status: 502 }\nconditions: { latency: home, clockSkewMs: 5 }\n',
    );
    expect(faultsOf(yaml)).toEqual({ rules: [rule], conditions });
    const json = file('good.json', JSON.stringify({ rules: [rule], conditions }));
    expect(faultsOf(json)).toEqual({ rules: [rule], conditions });
  });

  it('is refused with every place, what is wrong there, and the nearest word', () => {
    const path = file(
      'bad.yaml',
      'rules:\n  - match: { metod: POST }\n    action: { type: hang }\n  - action:\n      type: hnag\nconditons: {}\n',
    );
    let message = '';
    try {
      faultsOf(path);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(`CONFIG_INVALID: ${path}:2:14 rules[0].match.metod: unknown field`);
    expect(message).toContain('(did you mean "method"?)');
    expect(message).toContain(`${path}:5:7 rules[1].action.type: expected reply`);
    expect(message).toContain('(did you mean "hang"?)');
    expect(message).toContain(`${path}:6:1 conditons: unknown field; known are rules, conditions`);
  });

  it('that is no YAML, or not there, is refused by its name', () => {
    expect(() => faultsOf(file('broken.yaml', 'rules: ['))).toThrow(/broken\.yaml:1:\d+/u);
    expect(() => faultsOf(join(folder, 'none.yaml'))).toThrow('the file does not exist');
  });
});

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
  });
});
