import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig, type LoadedConfig } from '../../../src/adapters/config/load.ts';
import { requireSafeFiles, rightsConditions } from '../../../src/compose/fileRights.ts';

let root = '';
let loaded: LoadedConfig;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-rights-'));
  for (const folder of ['config', 'strategies', 'data']) mkdirSync(join(root, folder));
  const file = join(root, 'config', 'plimsoll.yaml');
  writeFileSync(
    file,
    'schema_version: 1\nmode: sandbox\nexchange: { simulated: {} }\nrisk: { max_total_exposure: 500 USDT }\n',
  );
  writeFileSync(
    join(root, 'strategies', 'dca.yaml'),
    'schema_version: 1\nid: d\nkind: dca\nsymbol: BTC/USDT\ntimeframe: 1m\nbudget: 100 USDT\nevery: 10m\namount: 50 USDT\n',
  );
  writeFileSync(join(root, '.env'), '');
  set('.env', 0o600);
  set('data', 0o700);
  const reading = loadConfig(file, {});
  if (!reading.ok) throw new Error(JSON.stringify(reading.error));
  loaded = reading.value;
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function set(name: string, mode: number): void {
  chmodSync(join(root, name), mode);
}

const codes = (): string[] => rightsConditions(loaded).map(({ code }) => code);

describe('files that others may use', () => {
  it('are none where only the owner and his group have rights', () => {
    expect(codes()).toEqual([]);
    set('.env', 0o640);
    set('data', 0o770);
    expect(codes()).toEqual([]);
    requireSafeFiles(loaded);
  });

  it('are named with their modes while it is so, and over when it is mended', () => {
    set('.env', 0o644);
    expect(rightsConditions(loaded)).toEqual([
      { code: 'files.readable', inputs: { files: `${join(root, '.env')} (mode 644)` } },
    ]);
    set('data', 0o777);
    expect(codes()).toEqual(['files.writable', 'files.readable']);
    set('.env', 0o600);
    set('data', 0o755);
    expect(codes()).toEqual([]);
  });

  it('keep real money from being traded when others may write them, not when they may read', () => {
    set('.env', 0o644);
    requireSafeFiles(loaded);
    set('data', 0o777);
    expect(() => {
      requireSafeFiles(loaded);
    }).toThrow(/^LIVE_FILES_UNSAFE: .*data \(mode 777\)/u);
    set('data', 0o700);
    set('.env', 0o602);
    expect(() => {
      requireSafeFiles(loaded);
    }).toThrow('.env (mode 602)');
  });

  it('need not be there', () => {
    rmSync(join(root, '.env'));
    rmSync(join(root, 'data'), { recursive: true });
    expect(codes()).toEqual([]);
  });
});
