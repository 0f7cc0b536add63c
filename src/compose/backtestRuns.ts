/** Backtests that were run before: kept, listed, and found again. */
import { join } from 'node:path';
import { createRunStore } from '../adapters/runs/runStore.ts';
import type { BacktestReport } from '../research/reportSchema.ts';
import { summaryOf, type RunSummary } from '../research/runSummary.ts';
import type { ConfigChoice } from './backtestAccount.ts';
import { dataDirOf } from './dataDir.ts';

export interface KeptRun extends RunSummary {
  readonly id: string;
}

export interface BacktestRuns {
  readonly folder: string;
  /** @returns the run's id */
  keep(report: BacktestReport, at: number): string;
  /** The newest first. */
  list(): KeptRun[];
  /**
   * By its id, by how that begins, or `latest`.
   * @throws Error `RUN_NOT_FOUND`, also when several begin so; `RUN_INVALID` naming a file that is broken.
   */
  read(name: string): { readonly id: string; readonly report: BacktestReport };
}

/** Below a configuration's `data_dir`; below the default one when there is no configuration. @throws Error `CONFIG_INVALID` */
export function openRuns(choice: ConfigChoice): BacktestRuns {
  const folder = join(dataDirOf(choice), 'backtests');
  const store = createRunStore<RunSummary>(folder);
  const find = (name: string): string => {
    const ids = store.list().map(({ id }) => id);
    const [first, second] =
      name === 'latest' ? ids.slice(0, 1) : ids.filter((id) => id.startsWith(name));
    if (first === undefined)
      throw new Error(
        `RUN_NOT_FOUND: no run ${name} in ${folder}; plimsoll backtest list shows them`,
      );
    if (second !== undefined)
      throw new Error(`RUN_NOT_FOUND: ${second}, ${first} and perhaps more begin with ${name}`);
    return first;
  };
  return {
    folder,
    keep: (report, at) =>
      store.keep({ at, summary: summaryOf(report), document: JSON.stringify(report) }),
    list: () => store.list().map(({ id, summary }) => ({ id, ...summary })),
    read: (name) => {
      const id = find(name);
      const document = store.read(id);
      if (document === undefined) throw new Error(`RUN_NOT_FOUND: the report of ${id} is gone`);
      return { id, report: JSON.parse(document) as BacktestReport };
    },
  };
}
