/** Backtests that are kept, in memory. */
import type { BacktestRuns } from '../../src/interface/app.ts';
import type { BacktestReport } from '../../src/research/reportSchema.ts';
import { summaryOf } from '../../src/research/runSummary.ts';

export class FakeRuns implements BacktestRuns {
  readonly folder = 'data/backtests';
  /** The newest last. */
  readonly kept: { readonly id: string; readonly report: BacktestReport }[] = [];
  /** Set: nothing can be kept. */
  failure: string | undefined;

  keep(report: BacktestReport): string {
    if (this.failure !== undefined) throw new Error(this.failure);
    const id = `run-${String(this.kept.length + 1)}`;
    this.kept.push({ id, report });
    return id;
  }

  list(): ReturnType<BacktestRuns['list']> {
    return this.kept.map(({ id, report }) => ({ id, ...summaryOf(report) })).reverse();
  }

  read(name: string): ReturnType<BacktestRuns['read']> {
    const run = this.kept.find(({ id }) => id === name);
    if (!run) throw new Error(`RUN_NOT_FOUND: no run ${name}`);
    return run;
  }
}
