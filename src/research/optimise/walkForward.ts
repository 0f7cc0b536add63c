/**
 * Walking forward: on each window parameters are searched for on what was known by then, and run on what came after. What is stitched
 * together of those runs was chosen on none of it.
 */
import { performanceOf, type PerformanceMetrics } from '../../core/reporting/performance.ts';
import type { Assignment } from '../../core/search/space.ts';
import type { Split } from '../../core/statistics/splits.ts';
import type { BookedTrial } from '../../ports/trialLedger.ts';
import { judge, type Judgement } from './judge.ts';
import { mainWorth } from './optimise.ts';
import { runStudy, type StudyParts, type StudyPlan, type StudyProgress } from './study.ts';
import type { TrialOutcome, TrialTask } from './trial.ts';

export interface WalkForwardPlan {
  readonly splits: readonly Split[];
  /** The search of a window. */
  readonly studyOf: (split: Split, window: number) => StudyPlan;
  readonly keyOf: (task: TrialTask) => string;
  /** Under which the whole walk is booked, as one trial. */
  readonly walk: Pick<StudyPlan, 'header'>;
}

export interface WalkForwardParts extends Omit<StudyParts, 'onProgress'> {
  readonly onProgress: (window: number, progress: StudyProgress) => void;
}

/** One window; figures of the search's best where it was chosen and where it was not. Null: nothing was found, or cannot be said. */
export interface Window {
  readonly split: Split;
  readonly params: Assignment | null;
  readonly in_sample: Figures;
  readonly out_of_sample: Figures;
}

export interface Figures {
  readonly worth: number | null;
  readonly sharpe: number | null;
  /** Over the budget, per year. */
  readonly return: number | null;
  readonly max_drawdown: number | null;
  readonly trades: number | null;
}

export interface WalkForwardResult {
  readonly isComplete: boolean;
  readonly windows: readonly Window[];
  /** Daily returns of the account, of all tests one after the other. The first day of each test is its beginning. */
  readonly returns: readonly number[];
  readonly metrics: PerformanceMetrics | undefined;
  readonly judgement: Judgement | undefined;
  /** Mean Sharpe ratio where parameters were chosen, where they were not, and the difference. */
  readonly gap:
    | { readonly in_sample: number; readonly out_of_sample: number; readonly lost: number }
    | undefined;
  readonly stability: readonly Stability[];
}

/** What became of a parameter from window to window. */
export interface Stability {
  readonly parameter: string;
  readonly values: readonly (string | number | boolean | null)[];
  /** Share of steps between windows at which it stayed the same, or within a tenth. */
  readonly kept: number;
}

const YEAR_MS = 365 * 86_400_000;
/** A number that moved by less than this share stayed. */
const SAME_SHARE = 0.1;
const NO_FIGURES: Figures = {
  worth: null,
  sharpe: null,
  return: null,
  max_drawdown: null,
  trades: null,
};

interface Walked {
  readonly window: Window;
  readonly outcome: TrialOutcome | undefined;
}

export async function walkForward(
  plan: WalkForwardPlan,
  parts: WalkForwardParts,
): Promise<WalkForwardResult> {
  const walked: Walked[] = [];
  let isComplete = true;
  for (const [at, split] of plan.splits.entries()) {
    const step = await oneWindow({ plan, parts, split, at });
    if (!step) {
      isComplete = false;
      break;
    }
    walked.push(step);
  }
  const windows = walked.map(({ window }) => window);
  const outcomes = walked.flatMap(({ outcome }) => outcome ?? []);
  const stitched = stitch(outcomes);
  return {
    ...{ isComplete, windows, gap: gapOf(windows), stability: stabilityOf(windows) },
    returns: stitched?.returns ?? [],
    metrics: stitched && performanceOf(stitched),
    judgement: stitched && judged(plan, parts, { stitched, windows, isComplete }),
  };
}

async function oneWindow({
  plan,
  parts,
  split,
  at,
}: {
  readonly plan: WalkForwardPlan;
  readonly parts: WalkForwardParts;
  readonly split: Split;
  readonly at: number;
}): Promise<Walked | undefined> {
  const study = plan.studyOf(split, at);
  const onProgress = (progress: StudyProgress): void => parts.onProgress(at, progress);
  const { best, isComplete } = await runStudy(study, { ...parts, onProgress });
  if (!isComplete) return undefined;
  if (!best) {
    const window = { split, params: null, in_sample: NO_FIGURES, out_of_sample: NO_FIGURES };
    return { window, outcome: undefined };
  }
  const { train, test } = split;
  const task: TrialTask = {
    ...study.taskOf({ assignment: best.params, share: 1 }),
    ...{ fromMs: test.from, toMs: test.to, warmFromMs: train.from, closeAtEnd: true },
  };
  const running = parts.pool.run(`${study.header.id}-test-${plan.keyOf(task)}`, task);
  running.catch(() => undefined);
  const done = await Promise.race([running, parts.stopped.then(() => undefined)]);
  if (!done) return undefined;
  const { result } = done;
  const figures = (metrics: BookedTrial['metrics'], ms: number): Figures => ({
    worth: mainWorth(study.goals, metrics) ?? null,
    sharpe: metrics['sharpe'] ?? null,
    return: ((metrics['return'] ?? 0) * YEAR_MS) / ms,
    max_drawdown: metrics['max_drawdown'] ?? null,
    trades: metrics['trades'] ?? null,
  });
  const window = {
    split,
    params: best.params,
    in_sample: figures(best.metrics, train.to - train.from),
    out_of_sample:
      result.state === 'done' ? figures(result.metrics, test.to - test.from) : NO_FIGURES,
  };
  return { window, outcome: result.state === 'done' ? result : undefined };
}

function stitch(outcomes: readonly TrialOutcome[]): TrialOutcome | undefined {
  const [first] = outcomes;
  return (
    first && {
      ...first,
      metrics: {},
      returns: outcomes.flatMap(({ returns }) => returns),
      benchmark: outcomes.flatMap(({ benchmark }) => benchmark),
      profits: outcomes.flatMap(({ profits }) => profits),
    }
  );
}

/** A whole walk is booked as one trial: who walks often enough finds one that looks good, too. */
function judged(
  { walk: { header } }: WalkForwardPlan,
  { ledger, clock }: WalkForwardParts,
  {
    stitched,
    windows,
    isComplete,
  }: {
    readonly stitched: TrialOutcome;
    readonly windows: readonly Window[];
    readonly isComplete: boolean;
  },
): Judgement {
  const metrics = { sharpe: performanceOf(stitched).sharpe };
  if (isComplete) {
    ledger.openStudy(header, clock.wallMs());
    ledger.book(header.id, {
      ...{ number: 0, key: header.id, share: 1, state: 'done', problem: '', metrics, seconds: 0 },
      ...{
        params: { windows: windows.length },
        returns: stitched.returns,
        worker: '',
        at: clock.wallMs(),
      },
    });
  }
  return judge({
    best: stitched,
    trials: [stitched.returns],
    tried: ledger.tried(header.family),
    sharpes: ledger.sharpes(header.family),
    seed: header.seed,
  });
}

function gapOf(windows: readonly Window[]): WalkForwardResult['gap'] {
  const both = windows.flatMap(
    ({ in_sample: { sharpe: chosen }, out_of_sample: { sharpe: kept } }) =>
      chosen === null || kept === null ? [] : [[chosen, kept] as const],
  );
  if (both.length === 0) return undefined;
  const mean = (side: 0 | 1): number =>
    both.reduce((sum, pair) => sum + pair[side], 0) / both.length;
  const [inside, outside] = [mean(0), mean(1)];
  return { in_sample: inside, out_of_sample: outside, lost: inside - outside };
}

function stabilityOf(windows: readonly Window[]): Stability[] {
  const names = [...new Set(windows.flatMap(({ params }) => Object.keys(params ?? {})))];
  return names.map((parameter) => {
    const values = windows.map(({ params }) => params?.[parameter] ?? null);
    const steps = values.slice(1).map((value, at) => isSame(values[at] ?? null, value));
    return { parameter, values, kept: steps.filter(Boolean).length / Math.max(1, steps.length) };
  });
}

function isSame(a: Stability['values'][number], b: Stability['values'][number]): boolean {
  const [x, y] = [Number.parseFloat(String(a)), Number.parseFloat(String(b))];
  if (Number.isNaN(x) || Number.isNaN(y)) return a === b;
  return Math.abs(x - y) <= SAME_SHARE * Math.max(Math.abs(x), Math.abs(y));
}
