import type { IntentId, MarketSymbol, StrategyId } from './ids.ts';
import type { ReasonCode } from './reasons.ts';
import type { Millis } from './time.ts';

/** The numbers and words a decision rested on, by name. Money and amounts as canonical decimal text. */
export type NoteInputs = Readonly<Record<string, number | string>>;

/** Why something was or was not done. Data, rendered to words by core/reporting/explain.ts. */
export interface Note {
  /** Market time. */
  readonly at: Millis;
  readonly code: ReasonCode;
  readonly strategyId?: StrategyId;
  readonly symbol?: MarketSymbol;
  readonly intentId?: IntentId;
  readonly inputs: NoteInputs;
}

/** Why an order came to nothing: risk refused it, or it ended without a fill. */
export interface Cause {
  readonly code: ReasonCode;
  readonly inputs: NoteInputs;
}

/** The last decision of a strategy, kept in place and overwritten at each evaluation. */
export interface Decision {
  at: Millis;
  code: ReasonCode;
  inputs: NoteInputs;
  /** What kept it from what it wanted; undefined when nothing did. */
  cause: Cause | undefined;
}
