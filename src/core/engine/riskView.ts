/** What risk gets to see of the engine when an order is proposed. */
import { subtract, ZERO, type Decimal } from '../domain/decimal.ts';
import type { IntentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { Millis } from '../domain/time.ts';
import { accountOf, type Holding } from '../ledger/ledger.ts';
import { orderIdentity } from '../orders/clientOrderId.ts';
import type { OpenSums } from '../risk/exposure.ts';
import type { RiskLimits } from '../risk/limits.ts';
import type { OrderNames, Places, RiskView } from '../risk/view.ts';
import { thereOf } from './cover.ts';
import { lockedOf, unlockedOf } from './locks.ts';
import { placesOf, positionRoomOf } from './places.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/** What an order comes after, when it was wanted before it could be planned. */
export interface Origin {
  /** The sequence number it was promised; absent: the next one. */
  readonly sequence?: number;
  /** The order it replaces. */
  readonly parentId?: IntentId | undefined;
  /** What that one left unfilled. */
  readonly amountMax?: Decimal | undefined;
  /** Orders of the strategy that will have ended by then. */
  readonly without?: readonly IntentId[];
  /** Asked as if no order in no books of ours held any coins. */
  readonly isAlone?: boolean;
}

export const NO_ORIGIN: Origin = {};

export function riskView(state: EngineState, runtime: StrategyRuntime, origin: Origin): RiskView {
  return new EngineView(state, runtime, origin);
}

/** What is not asked for is not worked out: most proposals and nearly all looks at a guard end early. */
class EngineView implements RiskView {
  readonly #state: EngineState;
  readonly #runtime: StrategyRuntime;
  readonly #origin: Origin;
  readonly book: OpenSums;

  constructor(state: EngineState, runtime: StrategyRuntime, origin: Origin) {
    this.#state = state;
    this.#runtime = runtime;
    this.#origin = origin;
    this.book = origin.without ? state.book.without(origin.without) : state.book;
  }

  get now(): Millis {
    return this.#state.now;
  }

  get armed(): boolean {
    return this.#state.armed;
  }

  get paused(): boolean {
    return this.#state.paused !== undefined || this.#runtime.paused !== undefined;
  }

  get halted(): string | undefined {
    const { haltReason } = this.#runtime.market;
    return haltReason === '' ? undefined : haltReason;
  }

  get stale(): boolean {
    return this.#runtime.market.stale;
  }

  get stoppedOut(): RiskView['stoppedOut'] {
    const { stoppedAt, stoppedUntil } = this.#runtime;
    return this.#state.now < stoppedUntil ? { stoppedAt, until: stoppedUntil } : undefined;
  }

  get instrument(): Instrument {
    return this.#runtime.market.instrument;
  }

  get lastPrice(): number {
    return this.#runtime.market.lastPrice;
  }

  get strategy(): RiskView['strategy'] {
    return this.#runtime.spec;
  }

  get position(): Position {
    return this.#runtime.holding.position;
  }

  get holding(): Holding {
    return this.#runtime.holding;
  }

  get absent(): Decimal {
    return this.#runtime.holding.absent;
  }

  get quoteBalance(): Decimal {
    const { quote } = this.instrument;
    const { total } = accountOf(this.#state.ledger, quote);
    // ZERO itself nearly always, which costs no arithmetic.
    const locked = lockedOf(this.#state, quote);
    return locked === ZERO ? total : subtract(total, locked);
  }

  get baseBalance(): Decimal {
    const { base } = this.instrument;
    return this.#origin.isAlone === true
      ? thereOf(this.#state, base)
      : unlockedOf(this.#state, base);
  }

  get limits(): RiskLimits {
    return this.#state.limits;
  }

  get amountMax(): Decimal | undefined {
    return this.#origin.amountMax;
  }

  positionRoom(): Decimal | undefined {
    return positionRoomOf(this.#state, this.instrument);
  }

  places(): Places | undefined {
    return placesOf(this.#state, this.#runtime.market);
  }

  identify(side: Side, ahead: 0 | 1 = 0): OrderNames {
    const { instanceId, runId, nextSequence } = this.#state;
    const { spec } = this.#runtime;
    const { sequence = nextSequence, parentId } = this.#origin;
    const names = orderIdentity({
      instanceId,
      runId,
      sequence: sequence + ahead,
      strategyId: spec.id,
      symbol: spec.symbol,
      side,
    });
    return parentId === undefined ? names : { ...names, parentId };
  }
}
