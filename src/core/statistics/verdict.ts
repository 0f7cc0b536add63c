/** What all the tests say together, in words. */

export interface Evidence {
  /** Trials that were booked on this data, this one among them; ≥ 1. */
  readonly trials: number;
  /** Returns that it is judged on. */
  readonly observations: number;
  /** Probability that the true Sharpe ratio is above 0, after all trials; absent when it cannot be told. */
  readonly deflated?: number | undefined;
  /** Hansen's probability of so good a best trial when none is better than holding. */
  readonly spa?: number | undefined;
  /** Probability of overfitting. */
  readonly overfitting?: number | undefined;
  /** Returns that are needed for a Sharpe ratio like this; absent when it is not above 0. */
  readonly trackRecord?: number | undefined;
  /** Trades that were closed. */
  readonly trades?: number | undefined;
}

export interface Verdict {
  /** edge: distinguishable from chance · chance: not · unknown: too little to say. */
  readonly level: 'edge' | 'chance' | 'unknown';
  /** One sentence. */
  readonly words: string;
  /** Why, one sentence each, what weighs most first. */
  readonly reasons: readonly string[];
}

/** Chance is called by its name unless it is this improbable. */
export const CONFIDENCE = 0.95;
/** Fewer returns say nothing about any strategy. */
const OBSERVATIONS_MIN = 30;
/** Fewer trades are anecdotes. */
const TRADES_MIN = 10;
/** More than this, and the choice among the trials was no better than a coin. */
const OVERFITTING_MAX = 0.5;

export function verdictOn(evidence: Evidence): Verdict {
  const { deflated, observations, trades } = evidence;
  if (deflated === undefined || observations < OBSERVATIONS_MIN)
    return {
      level: 'unknown',
      words: 'Too little to say anything.',
      reasons: [`${observations} returns; at least ${OBSERVATIONS_MIN} that differ are needed`],
    };
  if (trades !== undefined && trades < TRADES_MIN)
    return {
      level: 'unknown',
      words: 'Too few trades to say anything.',
      reasons: [
        `${trades} closed trades; at least ${TRADES_MIN} are needed`,
        ...reasonsOf(evidence),
      ],
    };
  const isEdge = deflated >= CONFIDENCE;
  return {
    level: isEdge ? 'edge' : 'chance',
    words: isEdge ? edgeWords(evidence) : 'Not distinguishable from chance.',
    reasons: reasonsOf(evidence),
  };
}

function edgeWords({ spa, overfitting }: Evidence): string {
  const beats = spa !== undefined && spa <= 1 - CONFIDENCE;
  const choice =
    overfitting !== undefined && overfitting > OVERFITTING_MAX
      ? ' Which of the parameters are best is chance.'
      : '';
  return beats
    ? `Distinguishable from chance, and better than holding.${choice}`
    : `Distinguishable from chance, but not shown to be better than holding.${choice}`;
}

function reasonsOf(evidence: Evidence): string[] {
  const { trials, deflated, spa, overfitting, trackRecord, observations } = evidence;
  const reasons: string[] = [];
  if (deflated !== undefined)
    reasons.push(
      `after ${trials} ${trials === 1 ? 'trial' : 'trials'} the true Sharpe ratio is above 0 with ${percent(deflated)} probability (${percent(CONFIDENCE)} needed)`,
    );
  if (trackRecord === undefined) reasons.push('its Sharpe ratio is not above 0');
  else if (trackRecord > observations)
    reasons.push(
      `${Math.ceil(trackRecord)} returns would be needed for a Sharpe ratio like this, even if nothing else had been tried; there are ${observations}`,
    );
  if (spa !== undefined)
    reasons.push(
      `if no trial were better than holding, one would look this good with ${percent(spa)} probability`,
    );
  if (overfitting !== undefined)
    reasons.push(
      `in ${percent(overfitting)} of splits what was best in one half was below the median in the other`,
    );
  return reasons;
}

/** Never rounded up to certainty. */
function percent(share: number): string {
  const text = (Math.floor(share * 1000) / 10).toFixed(1).replace(/\.0$/u, '');
  return `${share > 0 && share < 0.001 ? 'under 0.1' : text} %`;
}
