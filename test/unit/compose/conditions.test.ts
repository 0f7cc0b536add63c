import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/adapters/config/load.ts';
import { conditionsOf } from '../../../src/compose/conditions.ts';
import { attentionItem } from '../../../src/core/reporting/attention.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-conditions-'));
  mkdirSync(join(root, 'strategies'));
  writeFileSync(
    join(root, 'strategies', 'dca.yaml'),
    'schema_version: 1\nid: dca\nkind: dca\nsymbol: BTC/USDT\ntimeframe: 1m\nbudget: 1000 USDT\nevery: 10m\namount: 50 USDT\n',
  );
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function shown(exchange: string): string[] {
  const file = join(root, 'plimsoll.yaml');
  writeFileSync(
    file,
    `schema_version: 1\nmode: paper\nexchange: ${exchange}\nrisk: { max_total_exposure: 5000 USDT }\n`,
  );
  const loaded = loadConfig(file, {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return conditionsOf(loaded.value).map((condition) => attentionItem(condition, 0).text);
}

it('an unproven exchange stays in what needs attention, a proven one is never there', () => {
  expect(shown('{ id: gate, unproven: accept }')).toEqual([
    expect.stringMatching(/^gate is unproven: /u),
  ]);
  expect(shown('{ id: okx }')).toEqual([]);
  expect(shown('{}')).toEqual([]);
});
