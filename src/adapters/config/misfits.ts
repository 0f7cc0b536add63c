/** What keeps a strategy from trading, with its place in the strategy's file. */
import type { StrategySpec } from '../../core/strategies/contract.ts';
import type { FitFacts, Misfit } from '../../core/strategies/fitTypes.ts';
import { isFatal, misfitsOf } from '../../core/strategies/fitness.ts';
import type { ConfigProblem } from './problem.ts';

/** What is wrong with strategies that their files alone do not show to be wrong. */
export interface Findings {
  /** Strategies that could not trade. */
  readonly unfit: readonly ConfigProblem[];
  /** What works and is most likely not meant. */
  readonly doubtful: readonly ConfigProblem[];
}

/** @param factsOf what is known of a strategy's market; words instead when the exchange does not list it. */
export function findingsOf(
  strategies: readonly StrategySpec[],
  factsOf: (spec: StrategySpec) => FitFacts | string,
): Findings {
  const found = strategies.flatMap((spec) => {
    const facts = factsOf(spec);
    const misfits = typeof facts === 'string' ? [unlisted(facts)] : misfitsOf(spec, facts);
    return misfits.map((misfit) => ({ misfit, problem: misfitProblem(spec, misfit) }));
  });
  const [unfit = [], doubtful = []] = [true, false].map((fatal) =>
    found.filter(({ misfit }) => isFatal(misfit) === fatal).map(({ problem }) => problem),
  );
  return { unfit, doubtful };
}

function unlisted(problem: string): Misfit {
  return { key: 'symbol', problem, severity: 'cannot' };
}

function misfitProblem({ id, source, lines }: StrategySpec, misfit: Misfit): ConfigProblem {
  const { key, problem, severity } = misfit;
  const words = severity === 'cannot' ? `strategy ${id} cannot trade: ${problem}` : problem;
  return { file: source, line: lines?.[key] ?? 1, column: 1, path: key, problem: words };
}
