/** What a backtest is wired from, and what comes of it. */
import type { PaperExchange, PaperOptions } from '../adapters/paper/paperExchange.ts';
import type { IntentId } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { RiskLimits } from '../core/risk/limits.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import type { Logger } from '../ports/logger.ts';
import type { Session } from '../runtime/session.ts';
import type { WiredStrategy } from './strategyOf.ts';

export interface BacktestWiring {
  readonly spec: StrategySpec;
  /** More strategies on the same market and account. */
  readonly besides?: readonly StrategySpec[];
  /** Makes a strategy; absent: as its kind does. */
  readonly create?: (spec: StrategySpec) => WiredStrategy;
  readonly instrument: Instrument;
  readonly balances: PaperOptions['balances'];
  readonly fillModel: PaperOptions['fillModel'];
  /** Market time from a decision to its order's arrival, milliseconds; absent: 0. */
  readonly latencyMs?: number;
  readonly limits: RiskLimits;
  readonly logger: Logger;
}

export interface WiredBacktest {
  readonly session: Session;
  readonly exchange: PaperExchange;
  /** Why an order was placed; empty for an unknown one. */
  findReason(intentId: IntentId): string;
}
