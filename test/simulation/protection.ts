/** I12: whether what a strategy holds is protected, seen from the exchange; or whether the alarm was raised. */
import type { Asset } from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { Note } from '../../src/core/domain/notes.ts';
import { isGuard, type OrderIntent } from '../../src/core/domain/order.ts';
import type { EngineState, StrategyRuntime } from '../../src/core/engine/state.ts';
import { accountOf } from '../../src/core/ledger/ledger.ts';
import { isOpen } from '../../src/simulator/engine/account.ts';
import { formatAtoms } from '../../src/simulator/engine/amounts.ts';
import { exact, minOf, sumOf, ZERO, type Exact } from './exact.ts';
import { lotsText } from './exchange.ts';
import type { Host, ProcessView } from './host.ts';
import { STALE_AFTER_MS } from './process.ts';
import { Violation } from './violation.ts';

/** Market time without a stop after which there must have been an alarm: the engine's own limit, and time to notice. */
const EXPOSED_MS_MAX = 90_000;
/**
 * Virtual time after which a market has been looked at again, with its next price or by the watchdog over its silence. The engine's time
 * may have jumped meanwhile with the news of another market.
 */
const LOOK_MS_MAX = STALE_AFTER_MS / 4 + 150;

/** Virtual time after which the list of open orders has been read again. */
const LISTED_MS_MAX = 15_000;

export class Protection {
  readonly #host: Host;
  /** Client ids of stops, by strategy. */
  readonly #stops = new Map<string, Set<string>>();
  readonly #alarmed = new Set<string>();
  /** Market time since which a strategy has been without its stop. */
  readonly #exposedSince = new Map<string, number>();
  /** Virtual time since which the alarm is overdue. */
  readonly #overdueSince = new Map<string, number>();
  /** What orders in no books held of an asset when it was more than nothing, and virtual time until which that may be believed. */
  readonly #lastTaken = new Map<string, { readonly amount: Exact; readonly untilMs: number }>();

  constructor(host: Host) {
    this.#host = host;
  }

  sending({ type, strategyId, clientOrderId }: OrderIntent): void {
    if (type !== 'stop') return;
    const known = this.#stops.get(strategyId);
    if (known) known.add(clientOrderId);
    else this.#stops.set(strategyId, new Set([clientOrderId]));
  }

  noted({ code, strategyId = '' }: Pick<Note, 'code'> & { readonly strategyId?: string }): void {
    if (code === 'UNPROTECTED') this.#alarmed.add(strategyId);
    else if (code === 'PROTECTED') {
      this.#alarmed.delete(strategyId);
      this.#forget(strategyId);
    }
  }

  /**
   * It is protected now, and may be without a stop again before the next look; what the engine only says counts for nothing, unless
   * the stop was there and has ended while the exchange's word of it was on its way.
   */
  #forget(id: string): void {
    const state = this.#host.process?.trader.parts?.session.state;
    const runtime = [...(state?.strategies.values() ?? [])].find(({ spec }) => spec.id === id);
    if (!state || !runtime) return;
    if (this.#hadStop(id) || !this.#isExposed(state, runtime)) this.#exposedSince.delete(id);
  }

  /** Since it is exposed a stop of its own was at the exchange and has ended. */
  #hadStop(id: string): boolean {
    const { placed } = this.#host.exchange;
    const since = this.#exposedSince.get(id) ?? Infinity;
    return [...(this.#stops.get(id) ?? [])]
      .map((stop) => placed.get(stop)?.at(-1))
      .some((order) => order && !isOpen(order) && order.updatedMs > since);
  }

  /**
   * While nothing ran, nothing could be done about it. What is on record is what the operator can see: an old copy put back may
   * know an alarm and not its end.
   */
  restarted(alarmed: ReadonlySet<string>): void {
    this.#exposedSince.clear();
    this.#overdueSince.clear();
    this.#alarmed.clear();
    for (const id of alarmed) this.#alarmed.add(id);
  }

  check({ trader, frozenUntil }: ProcessView): void {
    const session = trader.parts?.session;
    if (session?.stopped !== false) return;
    if (frozenUntil > this.#host.scheduler.now) this.#exposedSince.clear();
    else this.#look(session.state);
  }

  #isExposed(state: EngineState, runtime: StrategyRuntime): boolean {
    const { strategies, ledger } = state;
    const { total } = accountOf(ledger, runtime.market.instrument.base);
    // Nor can what the ledger has not: nobody has told of it.
    const free = minOf(this.#free(runtime), exact(total));
    if (this.#isPhantom(runtime, strategies)) return false;
    const taken = this.#taken(state, runtime.market.instrument.base);
    const gone = this.#soldUnheard(runtime);
    return isAtRisk(runtime, { free, taken, gone, stopped: this.#stopped(runtime.spec.id) });
  }

  #look(state: EngineState): void {
    for (const runtime of state.strategies.values()) {
      const { id } = runtime.spec;
      if (!this.#isOverdue(state, runtime)) {
        this.#overdueSince.delete(id);
        continue;
      }
      const { now } = this.#host.scheduler;
      const since = this.#overdueSince.get(id) ?? now;
      this.#overdueSince.set(id, since);
      if (now - since > LOOK_MS_MAX)
        this.#host.violated(
          new Violation('I12', `${id} holds something that no stop covers, and nobody was told`),
        );
    }
  }

  #isOverdue(state: EngineState, runtime: StrategyRuntime): boolean {
    const { id } = runtime.spec;
    if (!this.#isExposed(state, runtime)) {
      this.#exposedSince.delete(id);
      return false;
    }
    // The market's own time: right after a start the engine's may be the one at which the last process ended.
    const since = this.#exposedSince.get(id) ?? this.#host.exchange.marketMs();
    this.#exposedSince.set(id, since);
    return state.now - since > EXPOSED_MS_MAX && !this.#alarmed.has(id);
  }

  /** All positions in the coin are more than the account has: an old copy put back knows no sale of it, and whose they are is open. */
  #isPhantom({ market }: StrategyRuntime, strategies: EngineState['strategies']): boolean {
    const { base } = market.instrument;
    const held = [...strategies.values()]
      .filter((other) => other.market.instrument.base === base)
      .map(({ holding }) => exact(holding.position.amount));
    return sumOf(held).gt(exact(formatAtoms(this.#host.exchange.totalOf(base))));
  }

  /** Base that the account has and no order there holds: what is gone, or was sold twice by a lie, cannot be protected. */
  #free({ market }: StrategyRuntime): Exact {
    const { free } = this.#host.exchange.account.balance(market.instrument.base);
    return exact(formatAtoms(free));
  }

  /** Base that orders in no books hold there, or held a moment ago; it counts while the operator is told of it. */
  #taken({ locked, orders }: EngineState, base: Asset): Exact {
    const known = new Set<string>([...orders.live()].map(({ intent }) => intent.clientOrderId));
    const sells = [...this.#host.exchange.account.open.values()].filter(
      ({ side, instrument, clientOrderId }) =>
        side === 'SELL' && instrument.base === base && !known.has(clientOrderId),
    );
    const { now } = this.#host.scheduler;
    const amount = sumOf(
      sells.map(({ instrument, lots, filledLots }) =>
        exact(lotsText(instrument, lots - filledLots)),
      ),
    );
    const last = this.#lastTaken.get(base);
    const isOver = amount.isZero() && last !== undefined && now < last.untilMs;
    if (!isOver) this.#lastTaken.set(base, { amount, untilMs: now + LISTED_MS_MAX });
    if (!locked.has(base)) return ZERO;
    return isOver ? last.amount : amount;
  }

  /** Base that its orders have sold there, as a take-profit does whose stop then ends, and that nobody has been able to say yet. */
  #soldUnheard({ openOrders }: StrategyRuntime): Exact {
    const { placed } = this.#host.exchange;
    return sumOf(
      openOrders
        .filter(({ intent }) => intent.side === 'sell')
        .map(({ intent, filled }) => {
          const order = placed.get(intent.clientOrderId)?.at(-1);
          return order
            ? exact(lotsText(order.instrument, order.filledLots)).minus(exact(filled))
            : ZERO;
        }),
    );
  }

  /** Base that stops of a strategy's at the exchange would sell. */
  #stopped(strategyId: string): Exact {
    const stops = this.#stops.get(strategyId);
    if (!stops) return ZERO;
    return sumOf(
      [...this.#host.exchange.account.open.values()]
        .filter(({ clientOrderId }) => stops.has(clientOrderId))
        .map(({ instrument, lots, filledLots }) => exact(lotsText(instrument, lots - filledLots))),
    );
  }
}

/** It holds what could be sold, and what no stop and no order of its own sells; it should have a stop, and is where there are stops. */
function isAtRisk(
  runtime: StrategyRuntime,
  { free, taken, gone, stopped }: Readonly<Record<'free' | 'taken' | 'gone' | 'stopped', Exact>>,
): boolean {
  const { spec, guard, holding, market, openOrders } = runtime;
  const { triggers, lotSize, minNotional } = market.instrument;
  if (spec.stopLoss === undefined || triggers === 'none') return false;
  // Status says of it that it is watched by the process: the exchange holds no more stops.
  if (guard.isKeptHere) return false;
  const selling = sumOf(
    openOrders
      .filter(({ intent }) => intent.side === 'sell' && !isGuard(intent))
      .map(({ intent, filled }) => exact(intent.amount.minus(filled))),
  );
  const { amount: held, dust } = holding.position;
  // What was too little for any order is dust, and told of as such: it is held on purpose no more, even when rules or prices change.
  const guarded = exact(held)
    .minus(exact(dust?.amount ?? 0))
    .minus(selling);
  if (stopped.gte(promised(guarded, runtime))) return false;
  const amount = minOf(guarded.minus(stopped).minus(taken).minus(gone), free);
  // Cut to whole lots and priced at the stop, a little less is left of it.
  const value = amount.minus(exact(lotSize)).toNumber() * market.lastPrice * 0.9;
  return value > minNotional.toNumber();
}

/**
 * As much of `amount` as one stop sells at least: all of it, or as much as one order may be, of which the take-profit that is joined to it
 * is one, too; half of it where the most would leave what no order can sell. The rest is sold by the process once the stop has begun.
 * Nothing where the least that an order may be is more than that.
 */
function promised(amount: Exact, runtime: StrategyRuntime): Exact {
  const { market, stopPrice, targetPrice, spec } = runtime;
  const { instrument } = market;
  const isJoined = instrument.triggers === 'oco' && spec.takeProfit !== undefined;
  const ofTarget = isJoined ? mostAt(targetPrice, [instrument.maxNotional]) : ANY;
  const { maxNotional, marketMaxNotional, maxAmount, marketMaxAmount } = instrument;
  const most = minOf(
    mostAt(stopPrice, [maxNotional, marketMaxNotional]),
    exact(maxAmount ?? ANY),
    exact(marketMaxAmount ?? ANY),
  );
  const step = stepOf(instrument);
  const part = minOf(firstOf(amount, most, runtime), ofTarget).minus(step);
  return isSellable(part, instrument, stopPrice) ? part : ZERO;
}

const ANY = exact(Infinity);

/** Base worth as much as the least of some values at a price. */
function mostAt(price: number, values: readonly ({ toString(): string } | undefined)[]): Exact {
  return minOf(...values.map((value) => exact(value ?? ANY).div(price)));
}

function firstOf(amount: Exact, most: Exact, { market, stopPrice }: StrategyRuntime): Exact {
  if (amount.lte(most)) return amount;
  const rest = amount.minus(most).minus(stepOf(market.instrument));
  if (isSellable(rest, market.instrument, stopPrice)) return most;
  return minOf(amount.div(2), most);
}

function stepOf({ lotSize, marketLotSize = lotSize }: Instrument): Exact {
  return exact(marketLotSize.gt(lotSize) ? marketLotSize : lotSize);
}

function isSellable(amount: Exact, instrument: Instrument, price: number): boolean {
  const { minAmount, marketMinAmount = minAmount, minNotional } = instrument;
  if (amount.lt(exact(minAmount)) || amount.lt(exact(marketMinAmount))) return false;
  return amount.times(price).gte(exact(minNotional));
}
