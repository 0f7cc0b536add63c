/** Searches from files to files, on real threads and a real ledger. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backtest } from '../../src/compose/backtest.ts';
import { optimiseFiles } from '../../src/compose/optimise.ts';
import { walkForwardFiles } from '../../src/compose/walkForward.ts';
import type { OptimiseRequest, SearchRequest } from '../../src/research/optimise/request.ts';
import { BARS, HOUR, searchFiles, START } from '../builders/searchFiles.ts';

const FROM = process.cwd();

let folder = '';
let request: SearchRequest;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-optimise-'));
  request = searchFiles(folder);
});
afterAll(() => {
  // Whatever runs next in this process must not stand where nothing is.
  process.chdir(FROM);
  rmSync(folder, { recursive: true, force: true });
});

const within = (name: string, more: Partial<OptimiseRequest> = {}): OptimiseRequest => ({
  ...request,
  config: { file: join(folder, name, 'nothing.yaml'), isNamed: false },
  out: join(folder, name, 'best.yaml'),
  onProgress: () => undefined,
  ...more,
});

describe('a search from files', () => {
  it('finds, judges, writes the best as a strategy that does what was booked', async () => {
    process.chdir(folder);
    const { best, files, verdict, trials, sensitivity, ...report } = await optimiseFiles(
      within('one'),
    );
    if (!best || !files || !verdict) throw new Error('nothing was found');
    expect([report.complete, trials.booked, trials.done + trials.refused]).toEqual([true, 24, 24]);
    expect(trials.refused).toBeGreaterThan(0);
    expect(report.statistics).toMatchObject({ tried: trials.done });

    const text = readFileSync(files.strategy, 'utf8');
    expect(text).toContain('# kept');
    expect(text).toContain(`ema_fast: ${String(best.params['ema_fast'])} # replaced`);
    expect(text).toContain(`# Verdict: ${verdict.words}`);
    expect(readFileSync(files.landscape, 'utf8')).toContain('<svg');
    const { dataFile } = request;
    const again = await backtest({ strategyFiles: [files.strategy], dataFiles: [dataFile] });
    const booked = best.metrics;
    expect(again.metrics).toMatchObject({ trades: booked['trades'], sharpe: booked['sharpe'] });
    expect(again.metrics.return).toBeCloseTo(Number(booked['return']), 12);

    const [asItIs, dearer] = sensitivity;
    expect(asItIs).toMatchObject({ what: 'as it is', sharpe: booked['sharpe'] });
    expect(dearer).toMatchObject({ what: 'fees × 2' });
    expect(Number(dearer?.return)).toBeLessThan(Number(booked['return']));
  });

  it('runs nothing twice, and counts what other searches have tried', async () => {
    process.chdir(mkdtempSync(join(folder, 'again-')));
    const first = await optimiseFiles(within('again', { trials: 12 }));
    const second = await optimiseFiles(within('again', { trials: 12 }));
    expect(second).toMatchObject({ trials_per_second: 0, best: first.best });
    expect(second.statistics).toMatchObject({ tried: first.trials.done });
    const other = await optimiseFiles(within('again', { jobs: 1, seed: 4, trials: 6 }));
    expect(other.statistics).toMatchObject({ tried: first.trials.done + other.trials.done });
    process.chdir(folder);
  });

  it('that is stopped keeps what it has and goes on with it', async () => {
    process.chdir(mkdtempSync(join(folder, 'stopped-')));
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const onProgress: OptimiseRequest['onProgress'] = ({ done }) => {
      if (done >= 5) stop();
    };
    const cut = await optimiseFiles(within('two', { stopped, onProgress }));
    expect(cut.complete).toBe(false);
    expect(cut.trials.booked).toBeGreaterThanOrEqual(5);
    expect(cut.trials.booked).toBeLessThan(24);
    const whole = await optimiseFiles(within('two', { jobs: 1 }));
    process.chdir(mkdtempSync(join(folder, 'undisturbed-')));
    const undisturbed = await optimiseFiles(within('two'));
    expect(whole.best).toEqual(undisturbed.best);
    expect(whole.trials).toEqual(undisturbed.trials);
    process.chdir(folder);
  });

  it('walks forward', async () => {
    process.chdir(mkdtempSync(join(folder, 'walk-')));
    const day = 24 * HOUR;
    const lengths = {
      trainMs: 50 * day,
      testMs: 20 * day,
      purgeMs: day,
      embargoMs: 0,
      expanding: false,
    };
    const seen = new Set<number>();
    const onProgress = (window: number): void => void seen.add(window);
    const walked = await walkForwardFiles({ ...within('walk'), trials: 8, ...lengths, onProgress });
    expect(walked.complete).toBe(true);
    expect(walked.windows.map(({ test }) => test)).toEqual([
      ['2023-02-21T00:00:00.000Z', '2023-03-13T00:00:00.000Z'],
      ['2023-03-13T00:00:00.000Z', '2023-04-02T00:00:00.000Z'],
      ['2023-04-02T00:00:00.000Z', '2023-04-22T00:00:00.000Z'],
      ['2023-04-22T00:00:00.000Z', '2023-05-06T00:00:00.000Z'],
    ]);
    expect([...seen]).toEqual([0, 1, 2, 3]);
    expect(walked.curve.length).toBeGreaterThan(60);
    expect(walked.statistics?.tried).toBe(1);
    expect(walked.stability.map(({ parameter }) => parameter)).toContain('ema_fast');
    process.chdir(folder);
  });

  it('is refused with words for what cannot be', async () => {
    const bad = within('bad');
    await expect(optimiseFiles({ ...bad, space: '{ ema_fats: { int: [1, 2] } }' })).rejects.toThrow(
      'CONFIG_INVALID',
    );
    await expect(optimiseFiles({ ...bad, space: '{ ema_fast: { int: [1, 2] } }' })).rejects.toThrow(
      'parameters.ema_fast',
    );
    await expect(optimiseFiles({ ...bad, objectives: ['luck'] })).rejects.toThrow('USAGE');
    await expect(optimiseFiles({ ...bad, fromMs: START + 10 * BARS * HOUR })).rejects.toThrow(
      'DATA_INVALID',
    );
  });
});
