/** Walking forward from files. */
import { systemClock } from '../adapters/clock/systemClock.ts';
import { openTrialLedger } from '../adapters/sqlite/trialLedger.ts';
import { walkForwardSplits } from '../core/statistics/splits.ts';
import {
  searchAbout,
  walkForwardReport,
  type WalkForwardReport,
} from '../research/optimise/report.ts';
import type { WalkForwardRequest } from '../research/optimise/request.ts';
import { walkForward } from '../research/optimise/walkForward.ts';
import { openSearch } from './searchPlan.ts';
import { searchPool } from './searchPool.ts';
import { hashOf } from './trialSetup.ts';

/** @throws Error `CONFIG_INVALID`, `DATA_…`, `USAGE`, `LEDGER_…`. */
export async function walkForwardFiles(request: WalkForwardRequest): Promise<WalkForwardReport> {
  const search = openSearch(request);
  const { setup, goals, part, ledgerFile } = search;
  const { trainMs, testMs, purgeMs, embargoMs, expanding } = request;
  const lengths = { train: trainMs, test: testMs, purge: purgeMs, embargo: embargoMs, expanding };
  const splits = walkForwardSplits({ ...part, ...lengths });
  if (splits.length === 0)
    throw new Error('USAGE: the recording is shorter than one training and half a test');
  const { header } = search.planOver(part);
  const walk = {
    ...header,
    id: hashOf([header.id, lengths, request.trials]).slice(0, header.id.length),
    family: `${header.family}/walk`,
  };
  const pool = await searchPool(setup, request);
  const ledger = openTrialLedger(ledgerFile);
  try {
    const walked = await walkForward(
      {
        ...{ splits, keyOf: setup.keyOf, walk: { header: walk } },
        studyOf: ({ train }) => search.planOver(train),
      },
      {
        ...{ ledger, pool, clock: systemClock, stopped: request.stopped },
        onProgress: (window, progress) => {
          request.onProgress(window, splits.length, progress);
        },
      },
    );
    const rest = { kind: setup.kind, data: request.dataFile, goals, ledger: ledgerFile };
    const span = { fromMs: part.from, toMs: part.to };
    return walkForwardReport(searchAbout(walk, { ...rest, span }), walked);
  } finally {
    await pool.close();
    ledger.close();
  }
}
