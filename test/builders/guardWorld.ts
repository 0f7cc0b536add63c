/**
 * An engine with one scripted strategy, and a small exchange that holds its orders and does what the test says. The strategy's
 * position is guarded. What the engine asks for waits until the test sends it; nothing happens by itself.
 */
import { dec, minOf, toText, ZERO, type Decimal } from '../../src/core/domain/decimal.ts';
import type { EngineEvent, OutcomeEvent } from '../../src/core/domain/events.ts';
import { exchangeOrderId, tradeId, type IntentId } from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { Json } from '../../src/core/domain/json.ts';
import type { Note } from '../../src/core/domain/notes.ts';
import {
  isGuard,
  type OrderIntent,
  type OrderRecord,
  type Proposal,
  type ReportedStatus,
} from '../../src/core/domain/order.ts';
import type { EngineState, StrategyRuntime } from '../../src/core/engine/state.ts';
import { snapshotRuntime } from '../../src/core/engine/snapshot.ts';
import { step } from '../../src/core/engine/step.ts';
import { balancesOf, createLedger, restoreLedger } from '../../src/core/ledger/ledger.ts';
import { isTerminal } from '../../src/core/orders/transitions.ts';
import type { StrategyContext, StrategySpec } from '../../src/core/strategies/contract.ts';
import { aControl, anEngine, aSpec, type ScriptedStrategy } from './engine.ts';
import { bookDifference } from '../simulation/bookSums.ts';
import { aFill, anInstrument, BTC_USDT, GRID, T0, USDT } from './orders.ts';

/** An order as the exchange has it. */
interface Held {
  readonly intent: OrderIntent;
  status: ReportedStatus;
  filled: Decimal;
}

export interface GuardWorldOptions {
  readonly spec?: Partial<StrategySpec>;
  readonly triggers?: Instrument['triggers'];
  /** What else the market's rules say. */
  readonly rules?: Partial<Instrument>;
  /** 10 % by default; null: none. */
  readonly stopLoss?: null;
}

/** A market buy, and a market sell of an amount. */
export const ENTER: Proposal = {
  purpose: 'entry',
  side: 'buy',
  type: 'market',
  quote: dec('200'),
  reason: 'TEST_BUY',
  tag: 'entry',
};
export const leave = (amount: string, changes: Partial<Proposal> = {}): Proposal => ({
  purpose: 'exit',
  side: 'sell',
  type: 'market',
  amount: dec(amount),
  reason: 'TEST_SELL',
  tag: 'exit',
  ...changes,
});

export class GuardWorld {
  state: EngineState;
  strategy: ScriptedStrategy;
  readonly spec: StrategySpec;
  readonly instrument: Instrument;
  readonly notes: Note[] = [];
  /** What the exchange has, by intent. */
  readonly held = new Map<IntentId, Held>();
  price = 100;
  /** Called after every step of the engine. */
  afterStep: () => void = () => undefined;
  #bars = 0;
  #trades = 0;

  constructor(options: GuardWorldOptions = {}) {
    this.spec = aSpec({ ...(options.stopLoss !== null && { stopLoss: 0.1 }), ...options.spec });
    this.instrument = anInstrument({
      triggers: options.triggers ?? 'stop',
      ...options.rules,
    });
    const { state, strategy } = anEngine(
      {
        instruments: [this.instrument],
        ledger: createLedger([{ asset: USDT, amount: dec('10000') }]),
      },
      this.spec,
    );
    this.state = state;
    this.strategy = strategy;
    this.step(aControl('arm'));
    this.step(this.#trade());
  }

  get runtime(): StrategyRuntime {
    const runtime = this.state.strategies.get(GRID);
    if (!runtime) throw new Error('no strategy');
    return runtime;
  }

  get position(): string {
    return toText(this.runtime.holding.position.amount);
  }

  /** Legs of the guard not proved ended, as `type amount @price STATE`, the stop first. */
  get guards(): string[] {
    return this.open(true).map(
      ({ intent, state }) =>
        `${intent.type} ${toText(intent.amount)} @${toText(intent.trigger ?? intent.price ?? ZERO)} ${state}`,
    );
  }

  /** What the strategy sees of its orders, as `side amount STATE`. */
  get own(): string[] {
    return this.context.openOrders.map(
      ({ intent, state }) => `${intent.side} ${toText(intent.amount)} ${state}`,
    );
  }

  get context(): StrategyContext {
    return this.runtime.context;
  }

  get codes(): string[] {
    return this.notes.map(({ code }) => code);
  }

  open(guards: boolean): OrderRecord[] {
    return this.runtime.openOrders.filter(({ intent }) => isGuard(intent) === guards);
  }

  /** The guard's stop or target that is not proved ended. */
  leg(which: 'stop' | 'target'): OrderRecord {
    const found = this.open(true).find(
      ({ intent }) => (intent.type === 'stop') === (which === 'stop'),
    );
    if (!found) throw new Error(`no ${which}`);
    return found;
  }

  own1(): OrderRecord {
    const [order] = this.open(false);
    if (!order) throw new Error('the strategy has no order');
    return order;
  }

  step(event: EngineEvent): void {
    const out = step(this.state, event);
    const difference = bookDifference(this.state);
    if (difference !== '') throw new Error(difference);
    this.notes.push(...out.notes);
    this.afterStep();
  }

  /** A public trade after `seconds`. */
  trade(price: number, seconds = 1): void {
    this.price = price;
    this.#elapse(seconds);
    this.step(this.#trade());
  }

  /** Has the strategy do this on its next bar, which is flat at the last price. */
  act(what: (context: StrategyContext) => void, seconds = 1): void {
    this.strategy.onNextBar = what;
    this.#elapse(seconds);
    this.#bars += 1;
    const openTime = T0 - (10_000 - this.#bars) * 60_000;
    const { price } = this;
    this.step({
      kind: 'candle',
      at: this.state.now,
      symbol: BTC_USDT,
      timeframe: '1m',
      openTime,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: 1,
      closed: true,
    });
  }

  place(proposal: Proposal): IntentId | undefined {
    let id: IntentId | undefined;
    this.act((context) => {
      id = context.place(proposal);
    });
    return id;
  }

  /** Orders that were planned and not sent yet, pairs together. */
  unsent(): OrderRecord[][] {
    const planned = this.runtime.openOrders.filter(({ state }) => state === 'PLANNED');
    const groups: OrderRecord[][] = [];
    for (const order of planned) {
      const { pairId } = order.intent;
      const partner = groups.find(([other]) => other?.intent.intentId === pairId);
      if (partner) partner.push(order);
      else groups.push([order]);
    }
    return groups;
  }

  /**
   * Sends what is planned, each with the same outcome. lost: unknown, and the exchange never got it · hidden: unknown, and the
   * exchange has it. What is being cancelled expires unsent.
   */
  send(outcome: 'acked' | 'rejected' | 'lost' | 'hidden' = 'acked'): void {
    for (const orders of this.unsent()) this.sendGroup(orders, outcome);
  }

  sendGroup(
    orders: readonly OrderRecord[],
    outcome: 'acked' | 'rejected' | 'lost' | 'hidden',
  ): void {
    if (orders.some(({ cancelRequested }) => cancelRequested)) {
      for (const order of orders) this.outcome(order, 'expired');
      return;
    }
    for (const order of orders) this.outcome(order, 'sending');
    if (outcome === 'acked' || outcome === 'hidden') {
      for (const { intent } of orders)
        this.held.set(intent.intentId, { intent, status: 'open', filled: ZERO });
    }
    for (const order of orders) {
      if (outcome === 'acked') this.report(order);
      else this.outcome(order, outcome === 'rejected' ? 'rejected' : 'unknown');
    }
  }

  outcome(order: OrderRecord, outcome: OutcomeEvent['outcome']): void {
    const { intentId, clientOrderId } = order.intent;
    const message = outcome === 'sending' ? '' : outcome;
    this.step({
      kind: 'outcome',
      at: this.state.now,
      intentId,
      clientOrderId,
      outcome,
      message,
    });
  }

  /** What the exchange knows of an order, or that it does not know it. */
  lookUp(order: OrderRecord): void {
    if (this.held.has(order.intent.intentId)) this.report(order);
    else this.outcome(order, 'notPlaced');
  }

  report(order: OrderRecord): void {
    const held = this.held.get(order.intent.intentId);
    if (!held) return;
    const { clientOrderId, intentId, symbol } = held.intent;
    this.step({
      kind: 'report',
      at: this.state.now,
      report: {
        clientOrderId,
        exchangeOrderId: exchangeOrderId(`e-${intentId}`),
        symbol,
        status: held.status,
        filled: held.filled,
        at: this.state.now,
        fills: [],
      },
    });
  }

  /** The exchange ends an order, and with it the other leg of its pair. */
  end(order: OrderRecord, status: ReportedStatus = 'canceled'): void {
    for (const id of [order.intent.intentId, order.intent.pairId]) {
      const held = id === undefined ? undefined : this.held.get(id);
      if (held?.status !== 'open') continue;
      held.status = status;
    }
    this.reportPair(order);
  }

  /** Carries out the cancels that were asked for. */
  cancel(outcome: 'cancelled' | 'refused' = 'cancelled'): void {
    for (const order of [...this.runtime.openOrders]) {
      if (!order.cancelRequested || isTerminal(order.state)) continue;
      if (order.state === 'PLANNED') this.outcome(order, 'expired');
      else if (this.held.get(order.intent.intentId)?.status !== 'open') this.lookUp(order);
      else if (outcome === 'refused') this.outcome(order, 'cancelFailed');
      else this.end(order);
    }
  }

  /** Executes part of an order, all that is left by default. The first fill of a leg ends the other one. */
  fill(order: OrderRecord, part?: Decimal, price = this.price): void {
    const held = this.held.get(order.intent.intentId);
    if (held?.status !== 'open') return;
    const left = held.intent.amount.minus(held.filled);
    const amount = part === undefined ? left : minOf(part, left);
    const partner = held.intent.pairId && this.held.get(held.intent.pairId);
    if (partner?.status === 'open') partner.status = 'expired';
    held.filled = held.filled.plus(amount);
    if (held.filled.eq(held.intent.amount)) held.status = 'closed';
    this.#trades += 1;
    const { clientOrderId, intentId, side } = held.intent;
    this.step({
      kind: 'fill',
      at: this.state.now,
      fill: aFill({
        tradeId: tradeId(`t${this.#trades}`),
        exchangeOrderId: exchangeOrderId(`e-${intentId}`),
        clientOrderId,
        side,
        amount,
        price: dec(price),
        at: this.state.now,
      }),
    });
    this.reportPair(order);
  }

  /** Enters, fills and guards a position. */
  hold(proposal: Proposal = ENTER): void {
    this.place(proposal);
    this.send();
    this.fill(this.own1());
    this.send();
  }

  /** A new process over the same books: the engine is made again from what was journalled, and armed. */
  crash(): void {
    const { state, runtime } = this;
    const orders = runtime.openOrders.map((order) => ({ ...order }));
    const journalled = Math.max(0, ...[...this.#everJournalled(orders)]);
    const snapshot = JSON.parse(JSON.stringify(snapshotRuntime(runtime))) as Json;
    const ledger = restoreLedger(balancesOf(state.ledger), [runtime.holding.position]);
    const market = state.markets.get(BTC_USDT);
    const made = anEngine(
      {
        instruments: [this.instrument],
        ledger,
        runId: `run-${this.#trades}`,
        nextSequence: journalled + 1,
        orders,
        halted: [
          { symbol: BTC_USDT, reason: market?.haltReason ?? '', since: market?.haltedAt ?? 0 },
        ],
      },
      this.spec,
      new Map([[GRID, snapshot]]),
    );
    const { now } = state;
    this.state = made.state;
    made.strategy.seen.push(...this.strategy.seen);
    this.strategy = made.strategy;
    this.state.now = now;
    this.step(this.#trade());
    this.step(aControl('arm', now));
  }

  #journalled = 0;
  #everJournalled(orders: readonly OrderRecord[]): number[] {
    for (const { intent } of orders) this.#journalled = Math.max(this.#journalled, intent.sequence);
    for (const { intent } of this.held.values())
      this.#journalled = Math.max(this.#journalled, intent.sequence);
    return [this.#journalled];
  }

  reportPair(order: OrderRecord): void {
    this.report(order);
    const partner = order.intent.pairId && this.state.orders.get(order.intent.pairId);
    if (partner && !isTerminal(partner.state)) this.report(partner);
  }

  #elapse(seconds: number): void {
    this.state.now += seconds * 1_000;
  }

  #trade(): EngineEvent {
    const { price } = this;
    return { kind: 'trade', at: this.state.now, symbol: BTC_USDT, price, amount: 1, side: 'sell' };
  }
}
