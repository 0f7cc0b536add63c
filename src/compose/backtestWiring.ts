/** What a backtest is wired from, and what comes of it. */
import type { PaperExchange, PaperOptions } from '../adapters/paper/paperExchange.ts';
import type { IntentId, MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { RiskLimits } from '../core/risk/limits.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import type { Logger } from '../ports/logger.ts';
import type { Session } from '../runtime/session.ts';
import type { WiredStrategy } from './strategyOf.ts';

export interface BacktestWiring {
  readonly spec: StrategySpec;
  /** More strategies on the same account. */
  readonly besides?: readonly StrategySpec[];
  /** Makes a strategy; absent: as its kind does. */
  readonly create?: (spec: StrategySpec) => WiredStrategy;
  readonly instrument: Instrument;
  /** Further markets. */
  readonly furtherInstruments?: readonly Instrument[];
  readonly balances: PaperOptions['balances'];
  readonly fillModel: PaperOptions['fillModel'];
  readonly uncapped?: ReadonlySet<MarketSymbol>;
  /** Market time from a decision to its order's arrival, milliseconds; absent: 0. */
  readonly latencyMs?: number;
  readonly limits: RiskLimits;
  readonly logger: Logger;
}

export interface WiredBacktest {
  readonly session: Session;
  readonly exchange: PaperExchange;
  findOrder(intentId: IntentId): OrderRecord | undefined;
  /** Every order that was decided, in that order. */
  orders(): readonly OrderRecord[];
}
