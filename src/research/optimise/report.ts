/** Searches as documents: what is printed and what programs read. */
import { formatUtc, type Millis } from '../../core/domain/time.ts';
import type { BookedTrial, StudyHeader } from '../../ports/trialLedger.ts';
import type { Influence } from './influence.ts';
import type { Judgement } from './judge.ts';
import type { Goals } from './objective.ts';
import { mainWorth, type OptimiseResult, type Sensitivity } from './optimise.ts';
import type { Figures, Stability, WalkForwardResult } from './walkForward.ts';

export interface SearchAbout {
  readonly strategy: string;
  readonly kind: string;
  readonly data: string;
  readonly method: string;
  readonly seed: number;
  readonly objectives: readonly string[];
  readonly constraints: readonly string[];
  /** RFC 3339, UTC. */
  readonly from: string;
  readonly to: string;
  /** Name of the study in the ledger. */
  readonly study: string;
  readonly ledger: string;
}

export interface FoundTrial {
  readonly number: number;
  readonly params: BookedTrial['params'];
  /** Of the first objective; larger is better. */
  readonly worth: number | null;
  readonly metrics: BookedTrial['metrics'];
}

export interface OptimiseReport extends SearchAbout {
  readonly verdict: Judgement['verdict'] | null;
  readonly complete: boolean;
  readonly trials: {
    readonly booked: number;
    readonly done: number;
    readonly refused: number;
    readonly failed: number;
  };
  readonly trials_per_second: number;
  readonly best: FoundTrial | null;
  readonly front: readonly FoundTrial[];
  readonly statistics: Omit<Judgement, 'verdict'> | null;
  readonly sensitivity: readonly Sensitivity[];
  readonly influences: readonly Influence[];
  /** What was written; null without a best. */
  readonly files: { readonly strategy: string; readonly landscape: string } | null;
}

export interface WalkForwardReport extends SearchAbout {
  readonly verdict: Judgement['verdict'] | null;
  readonly complete: boolean;
  readonly windows: readonly {
    readonly train: readonly [from: string, to: string];
    readonly test: readonly [from: string, to: string];
    readonly params: BookedTrial['params'] | null;
    readonly in_sample: Figures;
    readonly out_of_sample: Figures;
  }[];
  readonly gap: WalkForwardResult['gap'] | null;
  readonly stability: readonly Stability[];
  readonly metrics: WalkForwardResult['metrics'] | null;
  /** Equity of the stitched tests, from 1, a value per day. */
  readonly curve: readonly number[];
  readonly statistics: Omit<Judgement, 'verdict'> | null;
}

export function searchAbout(
  header: StudyHeader,
  rest: {
    readonly kind: string;
    readonly data: string;
    readonly goals: Goals;
    readonly span: { readonly fromMs: Millis; readonly toMs: Millis };
    readonly ledger: string;
  },
): SearchAbout {
  const { strategy, method, seed, id } = header;
  const { kind, data, ledger, goals, span } = rest;
  return {
    ...{ strategy, kind, data, method, seed, ledger, study: id },
    objectives: goals.objectives.map(({ text }) => text),
    constraints: goals.constraints.map(({ text }) => text),
    from: formatUtc(span.fromMs),
    to: formatUtc(span.toMs),
  };
}

export function optimiseReport(
  about: SearchAbout,
  found: OptimiseResult,
  goals: Goals,
  files: OptimiseReport['files'],
): OptimiseReport {
  const count = (state: BookedTrial['state']): number =>
    found.trials.filter((trial) => trial.state === state).length;
  const { verdict = null, ...statistics } = found.judgement ?? {};
  const trialOf = ({ number, params, metrics }: BookedTrial): FoundTrial => ({
    ...{ number, params, metrics },
    worth: mainWorth(goals, metrics) ?? null,
  });
  return {
    verdict,
    ...about,
    complete: found.isComplete,
    trials: {
      booked: found.trials.length,
      ...{ done: count('done'), refused: count('refused'), failed: count('failed') },
    },
    trials_per_second: found.seconds > 0 ? found.run / found.seconds : 0,
    best: found.best ? trialOf(found.best) : null,
    front: found.front.map(trialOf),
    statistics: found.judgement ? (statistics as Omit<Judgement, 'verdict'>) : null,
    sensitivity: found.sensitivity,
    influences: found.influences,
    files,
  };
}

export function walkForwardReport(
  about: SearchAbout,
  walked: WalkForwardResult,
): WalkForwardReport {
  const { judgement, returns } = walked;
  const { verdict = null, ...statistics } = judgement ?? {};
  let value = 1;
  return {
    verdict,
    ...about,
    complete: walked.isComplete,
    windows: walked.windows.map(({ split: { train, test }, ...window }) => ({
      train: [formatUtc(train.from), formatUtc(train.to)],
      test: [formatUtc(test.from), formatUtc(test.to)],
      ...window,
    })),
    gap: walked.gap ?? null,
    stability: walked.stability,
    metrics: walked.metrics ?? null,
    curve: returns.map((r) => (value *= 1 + r)),
    statistics: judgement ? (statistics as Omit<Judgement, 'verdict'>) : null,
  };
}
