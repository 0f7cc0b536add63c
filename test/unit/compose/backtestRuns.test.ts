import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openRuns } from '../../../src/compose/backtestRuns.ts';
import { REPORT } from '../../builders/backtestReport.ts';
import { temporaryFolder } from '../../builders/books.ts';

const home = temporaryFolder();
afterAll(() => {
  home.dispose();
});

const file = join(home.path, 'config', 'plimsoll.yaml');

describe('runs that are kept', () => {
  it('lie below the data folder, are found by id, by its beginning, and as the latest', () => {
    const config = join(home.path, 'plimsoll.yaml');
    writeFileSync(
      config,
      'schema_version: 1\nmode: paper\nrisk:\n  max_total_exposure: 5000 USDT\n',
    );
    const runs = openRuns({ file: config, isNamed: true });
    expect(() => runs.read('latest')).toThrow('RUN_NOT_FOUND: no run latest');
    const id = runs.keep(REPORT, Date.UTC(2024, 0, 1));
    const newer = runs.keep({ ...REPORT, interrupted: true }, Date.UTC(2024, 0, 2));
    expect(runs.folder).toBe(join(home.path, 'data', 'backtests'));
    expect(runs.list()).toMatchObject([
      { id: newer, interrupted: true },
      { id, strategies: ['trend'], symbols: ['BTC/USDT'], trades: 12, return: 0.0512 },
    ]);
    expect(runs.read(id)).toEqual({ id, report: REPORT });
    expect(runs.read('20240101')).toEqual({ id, report: REPORT });
    expect(runs.read('latest').id).toBe(newer);
    expect(() => runs.read('202401')).toThrow('begin with 202401');
    expect(() => runs.read('2025')).toThrow('plimsoll backtest list shows them');
  });

  it('need no configuration, unless it is named', () => {
    expect(openRuns({ file, isNamed: false }).folder).toBe(join('data', 'backtests'));
    expect(() => openRuns({ file, isNamed: true })).toThrow('CONFIG_INVALID');
  });
});
