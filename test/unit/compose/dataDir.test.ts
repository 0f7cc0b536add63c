import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirOf } from '../../../src/compose/dataDir.ts';
import { readSettings } from '../../../src/compose/settings.ts';
import { temporaryFolder } from '../../builders/books.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.dispose();
});

const SETTINGS = `schema_version: 1
mode: paper
risk: { max_total_exposure: 100 USDT }
`;

describe('the folder for data', () => {
  it('is the one that the daemon uses, also with a configuration in `config`', () => {
    for (const place of ['config', '.']) {
      mkdirSync(join(folder.path, place), { recursive: true });
      const file = join(folder.path, place, 'plimsoll.yaml');
      writeFileSync(file, SETTINGS);
      expect(dataDirOf({ file, isNamed: true })).toBe(join(folder.path, 'data'));
    }
    const file = join(folder.path, 'config', 'plimsoll.yaml');
    mkdirSync(join(folder.path, 'strategies'));
    writeFileSync(
      join(folder.path, 'strategies', 'dca.yaml'),
      'schema_version: 1\nid: dca\nkind: dca\nsymbol: BTC/USDT\ntimeframe: 1m\nbudget: 50 USDT\nevery: 1h\namount: 10 USDT\n',
    );
    const reading = readSettings(file);
    expect(reading).toMatchObject({ ok: true, config: { dataDir: join(folder.path, 'data') } });
  });

  it('is `data` without a configuration', () => {
    expect(dataDirOf({ file: join(folder.path, 'none.yaml'), isNamed: false })).toBe('data');
    expect(() => dataDirOf({ file: join(folder.path, 'none.yaml'), isNamed: true })).toThrow(
      'CONFIG_INVALID',
    );
  });
});
