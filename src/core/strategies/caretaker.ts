/**
 * Stands for a strategy that is not configured any more and has left a position: so that the position can be sold by the operator
 * as any other. It decides nothing, and keeps what the strategy remembered for the day it is configured again.
 */
import type { Decimal } from '../domain/decimal.ts';
import type { MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { Timeframe } from '../domain/time.ts';
import type { Strategy, StrategySpec } from './contract.ts';

/** Stands in the place of a kind; no file can say it. */
const REMOVED = 'removed';

export class Caretaker implements Strategy {
  readonly warmUpBars = 0;
  readonly readsSignals = false;
  #memory: Json = null;

  update(): void {}

  onBar(): void {}

  onFill(): void {}

  onOrderClosed(): void {}

  /** Its plans were about what is sold now: the strategy would begin anew. */
  onStopped(): void {
    this.#memory = null;
  }

  snapshot(): Json {
    return this.#memory;
  }

  restore(snapshot: Json): void {
    this.#memory = snapshot;
  }
}

/** What of a strategy is known when its file is gone. */
export function removedSpec(of: {
  readonly id: StrategyId;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly budget: Decimal;
}): StrategySpec {
  return { ...of, kind: REMOVED, cooldownMs: 0, params: {}, source: '' };
}

/** True for what `removedSpec` made. */
export function isRemoved({ kind }: StrategySpec): boolean {
  return kind === REMOVED;
}
