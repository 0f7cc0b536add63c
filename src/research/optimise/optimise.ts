/** A search and what its best is worth: the study, the best once more with all there is to know, how it bears change, the verdict. */
import type { Space } from '../../core/search/space.ts';
import type { BookedTrial } from '../../ports/trialLedger.ts';
import { judge, type Judgement } from './judge.ts';
import { worthOf, type Goals } from './objective.ts';
import { influences, type Influence } from './influence.ts';
import { runStudy, type StudyParts, type StudyPlan } from './study.ts';
import { plainTask, type TrialOutcome, type TrialTask } from './trial.ts';
import { variationsOf } from './variations.ts';

export interface OptimisePlan extends StudyPlan {
  readonly space: Space;
  readonly span: { readonly fromMs: number; readonly toMs: number };
  /** Series drawn anew for each test; absent: 1,000. */
  readonly draws?: number;
}

export interface OptimiseResult {
  /** False when it was ended early: the verdict is on what there is. */
  readonly isComplete: boolean;
  readonly trials: readonly BookedTrial[];
  readonly best: BookedTrial | undefined;
  readonly bestOutcome: TrialOutcome | undefined;
  /** Trials that no other one beats in every objective; the best alone with one objective. */
  readonly front: readonly BookedTrial[];
  readonly judgement: Judgement | undefined;
  readonly sensitivity: readonly Sensitivity[];
  readonly influences: readonly Influence[];
  /** Trials that were run now, and how long that took. */
  readonly run: number;
  readonly seconds: number;
}

/** The best with one thing changed. */
export interface Sensitivity {
  readonly what: string;
  /** Null: refused, failed, or cannot be said. */
  readonly worth: number | null;
  readonly sharpe: number | null;
  readonly return: number | null;
  readonly max_drawdown: number | null;
}

export async function optimise(plan: OptimisePlan, parts: StudyParts): Promise<OptimiseResult> {
  const began = parts.clock.monotonicMs();
  const { trials, best, front, isComplete, run } = await runStudy(plan, parts);
  const seconds = (parts.clock.monotonicMs() - began) / 1000;
  const worths = influences(plan.space, trials, (trial) => mainWorth(plan.goals, trial.metrics));
  const found = { trials, best, front, isComplete, run, seconds, influences: worths };
  if (!best) return { ...found, bestOutcome: undefined, judgement: undefined, sensitivity: [] };
  const task = plan.taskOf({ assignment: best.params, share: 1 });
  const bestOutcome = await again(plan, parts, task);
  const judgement = judge({
    best: bestOutcome,
    trials: trials.filter(isWhole).map(({ returns }) => returns),
    tried: parts.ledger.tried(plan.header.family),
    sharpes: parts.ledger.sharpes(plan.header.family),
    seed: plan.header.seed,
    ...(plan.draws !== undefined && { draws: plan.draws }),
  });
  // An interrupted search does not begin anything new.
  const sensitivity = isComplete ? await sensitivityOf(plan, parts, task) : [];
  return { ...found, bestOutcome, judgement, sensitivity };
}

function isWhole({ state, share }: BookedTrial): boolean {
  return state === 'done' && share === 1;
}

export function mainWorth(
  { objectives }: Goals,
  metrics: BookedTrial['metrics'],
): number | undefined {
  const [main] = objectives;
  return main && worthOf(main, metrics);
}

async function again(
  { header, keyOf }: OptimisePlan,
  { pool }: StudyParts,
  task: TrialTask,
): Promise<TrialOutcome> {
  const { result } = await pool.run(`${header.id}-again-${keyOf(task)}`, task);
  return result;
}

async function sensitivityOf(
  plan: OptimisePlan,
  parts: StudyParts,
  task: TrialTask,
): Promise<Sensitivity[]> {
  const changed = variationsOf(plan.space, task);
  const outcomes = Promise.all(changed.map((each) => again(plan, parts, each.task)));
  // Whoever does not want to wait for it gets none.
  const reached = await Promise.race([outcomes, parts.stopped.then(() => undefined)]);
  outcomes.catch(() => undefined);
  if (!reached) return [];
  return changed.map(({ what }, at) => {
    const { state, metrics = {} } = reached[at] ?? {};
    const isDone = state === 'done';
    const figure = (name: string): number | null => (isDone ? (metrics[name] ?? null) : null);
    return {
      what,
      worth: isDone ? (mainWorth(plan.goals, metrics) ?? null) : null,
      sharpe: figure('sharpe'),
      return: figure('return'),
      max_drawdown: figure('max_drawdown'),
    };
  });
}

/** The whole span, or its last part. */
export function taskOver(span: OptimisePlan['span']): StudyPlan['taskOf'] {
  return ({ assignment, share }) =>
    plainTask(assignment, span.toMs - (span.toMs - span.fromMs) * share, span.toMs);
}
