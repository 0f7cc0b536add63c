/** The fault file of `plimsoll sim`: what is read, and how every fault of it is told with its place. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate } from '../../../src/compose/simulate.ts';
import { faultsOf } from '../../../src/compose/simulatorFaults.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-faults-'));
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
    expect(faultsOf(yaml).document).toEqual({ rules: [rule], conditions });
    const json = file('good.json', JSON.stringify({ rules: [rule], conditions }));
    expect(faultsOf(json).document).toEqual({ rules: [rule], conditions });
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
    expect(() => faultsOf(join(folder, 'none.yaml'))).toThrow(
      'the file does not exist (name a YAML or JSON file of fault rules',
    );
  });

  it('with faults that only the exchange can tell is refused with their places', async () => {
    const path = file(
      'unfit.yaml',
      [
        'rules:',
        '  - id: x',
        '    match: { account: nobody, symbol: BTC-USDT }',
        '    action: { type: hang }',
        '  - id: x',
        '    match: { account: "nobody*" }',
        '    action: { type: hang }',
        'conditions:',
        '  keys: { nobody: revoked }',
        '  symbols:',
        '    BTCUSD: { status: HALT }',
        '    BTCUSDT: { tickSize: "0.015" }',
      ].join('\n'),
    );
    const starting = simulate({ faults: path });
    await expect(starting).rejects.toThrow(/^CONFIG_INVALID: /u);
    const { message } = (await starting.catch((error: unknown) => error as Error)) as Error;
    expect(message.replace('CONFIG_INVALID: ', '').split('\n')).toEqual([
      expect.stringMatching(/:3:14 rules\[0\]\.match\.account: unknown; there are user-/u),
      expect.stringContaining(`${path}:3:31 rules[0].match.symbol: unknown; there are BTCUSDT, `),
      expect.stringContaining(`${path}:5:5 rules[1].id: rule id "x" is taken`),
      expect.stringContaining(`${path}:9:11 conditions.keys.nobody: unknown; there are user-`),
      expect.stringContaining(`${path}:11:5 conditions.symbols.BTCUSD: unknown; there are BTCUSDT`),
      `${path}:12:16 conditions.symbols.BTCUSDT.tickSize: expected a multiple of 0.01 above 0`,
    ]);
  });
});
