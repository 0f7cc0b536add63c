/** A search from files: strategy, space and recording in; report, best strategy and landscape out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../adapters/clock/systemClock.ts';
import { strategyText } from '../adapters/config/strategyContent.ts';
import { openTrialLedger } from '../adapters/sqlite/trialLedger.ts';
import { landscapePage } from '../research/optimise/landscape.ts';
import { mainWorth, optimise, type OptimiseResult } from '../research/optimise/optimise.ts';
import { optimiseReport, searchAbout, type OptimiseReport } from '../research/optimise/report.ts';
import type { OptimiseRequest } from '../research/optimise/request.ts';
import { openSearch, type SearchPlan } from './searchPlan.ts';
import { searchPool } from './searchPool.ts';

/** @throws Error `CONFIG_INVALID`, `DATA_…`, `USAGE`, `LEDGER_…`. */
export async function optimiseFiles(request: OptimiseRequest): Promise<OptimiseReport> {
  const search = openSearch(request);
  const { setup, goals, ledgerFile, part } = search;
  const pool = await searchPool(setup, request);
  const ledger = openTrialLedger(ledgerFile);
  try {
    const plan = search.planOver(part);
    const { onProgress, stopped } = request;
    const found = await optimise(plan, { ledger, pool, clock: systemClock, onProgress, stopped });
    const rest = { kind: setup.kind, data: request.dataFile, goals, ledger: ledgerFile };
    const about = searchAbout(plan.header, { ...rest, span: plan.span });
    return optimiseReport(
      about,
      found,
      goals,
      filesOf(request, search, { ...found, id: plan.header.id }),
    );
  } finally {
    await pool.close();
    ledger.close();
  }
}

function filesOf(
  request: OptimiseRequest,
  { setup, goals, space, dataDir }: SearchPlan,
  found: OptimiseResult & { readonly id: string },
): OptimiseReport['files'] {
  const { best, judgement, id } = found;
  if (!best) return null;
  const strategy = request.out ?? join(dataDir, 'optimise', `${setup.strategy}-${id}.yaml`);
  const landscape = strategy.replace(/(\.ya?ml)?$/u, '.html');
  mkdirSync(dirname(strategy), { recursive: true });
  const objective = goals.objectives.map(({ text }) => text).join(' and ');
  const { words, reasons } = judgement?.verdict ?? { words: '', reasons: [] };
  const tried = String(judgement?.tried);
  const above = [
    `Trial ${String(best.number)} of study ${id} (${request.method}, seed ${String(request.seed)}), the best by ${objective}`,
    `of ${tried} trials booked on ${request.dataFile}.`,
    ...[`Verdict: ${words}`, ...reasons.map((reason) => `- ${reason}`)],
  ];
  writeFileSync(strategy, strategyText(request.strategyFile, best.params, above));
  const title = `${setup.strategy}: ${String(found.trials.length)} trials by ${request.method}`;
  const worthOf = ({ metrics }: typeof best): number | undefined => mainWorth(goals, metrics);
  writeFileSync(landscape, landscapePage({ title, objective, space, found, worthOf }));
  return { strategy, landscape };
}
