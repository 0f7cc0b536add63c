/**
 * One strategy with an engine of a few lines around it: real risk checks, real accounting, and an exchange that does what the
 * test says. Bars, fills and order ends are called in the order the engine calls them.
 */
import { dec, divide, floorToStep, ZERO, type Decimal } from '../../src/core/domain/decimal.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import {
  asset,
  clientOrderId,
  exchangeOrderId,
  intentId,
  marketSymbol,
  tradeId,
  type Asset,
  type IntentId,
} from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { Json } from '../../src/core/domain/json.ts';
import type { Bar } from '../../src/core/domain/market.ts';
import type { NoteInputs } from '../../src/core/domain/notes.ts';
import type { OrderRecord, OrderState, Proposal } from '../../src/core/domain/order.ts';
import type { Position } from '../../src/core/domain/position.ts';
import type { SignalReading } from '../../src/core/domain/signal.ts';
import { MINUTE_MS } from '../../src/core/domain/time.ts';
import { averagePriceOf, flatPosition, positionAfter } from '../../src/core/ledger/accounting.ts';
import { approve } from '../../src/core/risk/approve.ts';
import { ExposureBook } from '../../src/core/risk/exposure.ts';
import type {
  Strategy,
  StrategyContext,
  StrategyKind,
  StrategySpec,
} from '../../src/core/strategies/contract.ts';
import { strategySchema, toSpec } from '../../src/core/strategies/schema.ts';

export const BTC: Instrument = {
  symbol: marketSymbol('BTC/USDT'),
  base: asset('BTC'),
  quote: asset('USDT'),
  tickSize: dec('0.01'),
  lotSize: dec('0.00001'),
  minAmount: dec('0.00001'),
  minNotional: dec(5),
  makerFee: dec('0.001'),
  takerFee: dec('0.001'),
  triggers: 'none',
};

/** A strategy's spec from the keys of its file; common keys have defaults. */
export function specOf(kind: StrategyKind, keys: Readonly<Record<string, unknown>>): StrategySpec {
  const content = {
    schema_version: 1,
    id: 'under-test',
    kind: kind.kind,
    symbol: 'BTC/USDT',
    timeframe: '1m',
    budget: '1000 USDT',
    ...keys,
  };
  return toSpec(kind, strategySchema(kind).parse(content), { source: 'test.yaml' }).spec;
}

export interface Decided {
  readonly code: string;
  readonly inputs: NoteInputs;
}

export interface BenchOptions {
  readonly kind: StrategyKind;
  readonly keys: Readonly<Record<string, unknown>>;
  readonly instrument?: Instrument;
  /** Asset that fees are charged in; default the received one. */
  readonly feeAsset?: (side: 'buy' | 'sell') => Asset;
  /** Signal score; default 0. */
  readonly score?: number;
  /** Farthest a limit price may lie from the last price, a fraction; default 1, anywhere. */
  readonly priceBand?: number;
}

const OPENING_MS = 1_700_000_000_000 - (1_700_000_000_000 % MINUTE_MS);

export class StrategyBench implements StrategyContext {
  readonly kind: StrategyKind;
  readonly spec: StrategySpec;
  readonly instrument: Instrument;
  strategy: Strategy;
  now = OPENING_MS;
  lastPrice = Number.NaN;
  position: Position;
  readonly openOrders: OrderRecord[] = [];
  /** Every order ever accepted. */
  readonly orders: OrderRecord[] = [];
  readonly proposals: Proposal[] = [];
  readonly refusals: string[] = [];
  readonly decisions: Decided[] = [];
  /** True: every proposal is refused. */
  refusing = false;
  signalReads = 0;
  readonly bars: Bar[] = [];
  readonly #book = new ExposureBook();
  readonly #feeAsset: (side: 'buy' | 'sell') => Asset;
  readonly #score: number;
  readonly #priceBand: number;
  #trades = 0;

  constructor(options: BenchOptions) {
    this.kind = options.kind;
    this.instrument = options.instrument ?? BTC;
    this.spec = specOf(options.kind, options.keys);
    this.strategy = options.kind.create(this.spec);
    this.position = flatPosition(this.spec.id, this.spec.symbol);
    const { base, quote } = this.instrument;
    this.#feeAsset = options.feeAsset ?? ((side) => (side === 'buy' ? base : quote));
    this.#score = options.score ?? 0;
    this.#priceBand = options.priceBand ?? 1;
  }

  get averagePrice(): number {
    return averagePriceOf(this.position);
  }

  get score(): number {
    this.signalReads += 1;
    return this.#score;
  }

  get signal(): SignalReading {
    this.signalReads += 1;
    return { at: this.now, score: this.#score, coverage: 1, contributions: [] };
  }

  get lastDecision(): Decided {
    return this.decisions.at(-1) ?? { code: '', inputs: {} };
  }

  /** Open orders by tag, as `side price`. */
  get open(): string[] {
    return this.openOrders.map(
      ({ intent }) => `${intent.side} ${intent.price?.toString() ?? 'market'}`,
    );
  }

  place(proposal: Proposal): IntentId | undefined {
    this.proposals.push(proposal);
    if (this.refusing) {
      this.refusals.push('TEST');
      return undefined;
    }
    const sequence = this.orders.length + 1;
    const approval = approve(proposal, {
      now: this.now,
      armed: true,
      paused: false,
      stale: false,
      instrument: this.instrument,
      lastPrice: this.lastPrice,
      strategy: { id: this.spec.id, budget: this.spec.budget },
      position: this.position,
      book: this.#book,
      quoteBalance: dec(1_000_000),
      baseBalance: this.position.amount,
      limits: {
        maxTotalExposure: dec(1_000_000),
        priceBand: this.#priceBand,
        maxOpenOrders: 1_000,
      },
      identify: () => ({
        intentId: intentId(`test-${sequence}`),
        clientOrderId: clientOrderId(`x${sequence}`),
        sequence,
      }),
    });
    if (!approval.ok) {
      this.refusals.push(approval.code);
      return undefined;
    }
    const record: OrderRecord = {
      intent: approval.order,
      state: 'ACKED',
      filled: ZERO,
      filledQuote: ZERO,
      reportedFilled: ZERO,
      cancelRequested: false,
      message: '',
      updatedAt: this.now,
    };
    this.orders.push(record);
    this.openOrders.push(record);
    this.#book.reserve(record, this.instrument);
    return record.intent.intentId;
  }

  /** Places at once: here the old order's end is not waited for. */
  replace(id: IntentId, proposal: Proposal): IntentId | undefined {
    this.cancel(id);
    return this.place(proposal);
  }

  cancel(id: IntentId): void {
    const order = this.openOrders.find(({ intent }) => intent.intentId === id);
    if (order) order.cancelRequested = true;
  }

  /** A decision must be in the kind's catalogue and bring every number that its words name. */
  decide(code: string, inputs: NoteInputs = {}): void {
    const text = this.kind.reasons[code]?.text;
    if (text === undefined)
      throw new Error(`no reason ${code} in the catalogue of ${this.kind.kind}`);
    for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g)) {
      const value = inputs[name];
      if (value === undefined || Number.isNaN(value))
        throw new Error(`${code} says {${name}}, which is ${String(value)}`);
    }
    this.decisions.push({ code, inputs: { ...inputs } });
  }

  /** A completed bar of one minute: time moves to its end, indicators are fed, the strategy decides. */
  bar(close: number, range: { readonly high?: number; readonly low?: number } = {}): Decided {
    const bar: Bar = {
      openTime: this.now,
      open: Number.isNaN(this.lastPrice) ? close : this.lastPrice,
      high: range.high ?? Math.max(close, this.lastPrice || close),
      low: range.low ?? Math.min(close, this.lastPrice || close),
      close,
      volume: 1,
    };
    this.now += MINUTE_MS;
    this.lastPrice = close;
    this.bars.push(bar);
    this.strategy.update(bar);
    if (this.bars.length >= this.strategy.warmUpBars) this.strategy.onBar(bar, this);
    return this.lastDecision;
  }

  /** Executes part of an order; all of what is left by default. Closes it when it is complete. */
  fill(order: OrderRecord, amount?: Decimal): void {
    const { intent } = order;
    const left = intent.amount.minus(order.filled);
    const executed = amount === undefined || amount.gt(left) ? left : amount;
    if (executed.lte(0)) return;
    const price = intent.price ?? dec(this.lastPrice);
    const feeAsset = this.#feeAsset(intent.side);
    const feeBase = feeAsset === this.instrument.base ? executed : executed.times(price);
    this.#trades += 1;
    const fill: Fill = {
      tradeId: tradeId(`t${this.#trades}`),
      symbol: this.spec.symbol,
      exchangeOrderId: exchangeOrderId(`e${intent.sequence}`),
      side: intent.side,
      price,
      amount: executed,
      fee: feeBase.times(this.instrument.takerFee),
      feeAsset,
      liquidity: 'taker',
      at: this.now,
    };
    order.filled = order.filled.plus(executed);
    order.filledQuote = order.filledQuote.plus(executed.times(price));
    order.state = 'PARTIAL';
    this.position = positionAfter(this.position, fill, this.instrument);
    this.#book.setPosition(this.position);
    if (this.openOrders.includes(order)) this.#book.reserve(order, this.instrument);
    this.strategy.onFill(order, fill, this);
    if (order.filled.eq(intent.amount)) this.close(order, 'FILLED');
  }

  /** Ends an open order. */
  close(order: OrderRecord, state: OrderState): void {
    const at = this.openOrders.indexOf(order);
    if (at < 0) return;
    this.openOrders.splice(at, 1);
    order.state = state;
    this.#book.release(order.intent.intentId);
    this.strategy.onOrderClosed(order, this);
  }

  /** Fills every market order, and every limit order the last price has traded through; ends what is being cancelled. */
  match(): void {
    for (const order of [...this.openOrders]) {
      const { side, price } = order.intent;
      const reached =
        price === undefined ||
        (side === 'buy' ? price.gt(this.lastPrice) : price.lt(this.lastPrice));
      if (order.cancelRequested) this.close(order, 'CANCELLED');
      else if (reached) this.fill(order);
    }
  }

  /** A stop from outside: everything is cancelled, all lots but those to keep are sold, the strategy is told. */
  stop(keep: Decimal = ZERO): void {
    for (const order of this.openOrders.splice(0)) this.#book.release(order.intent.intentId);
    const { amount, cost } = this.position;
    const { lotSize } = this.instrument;
    const sold = floorToStep(amount.minus(keep), lotSize);
    const left = amount.minus(sold);
    if (sold.gt(ZERO))
      this.position = keep.isZero()
        ? positionAfter(this.position, this.#sale(sold), this.instrument)
        : { ...this.position, amount: left, cost: divide(cost.times(left), amount, 8, 'down') };
    this.#book.setPosition(this.position);
    this.strategy.onStopped(this);
  }

  #sale(amount: Decimal): Fill {
    const { quote } = this.instrument;
    const price = dec(this.lastPrice);
    this.#trades += 1;
    return {
      tradeId: tradeId(`t${this.#trades}`),
      symbol: this.spec.symbol,
      exchangeOrderId: exchangeOrderId('stop'),
      side: 'sell',
      price,
      amount,
      ...{ fee: ZERO, feeAsset: quote, liquidity: 'taker', at: this.now },
    };
  }

  /** A new process: a new strategy from the snapshot, its indicators warmed from the same bars. */
  restart(snapshot: Json = this.strategy.snapshot()): void {
    this.strategy = this.kind.create(this.spec);
    this.strategy.restore(JSON.parse(JSON.stringify(snapshot)) as Json);
    for (const bar of this.bars) this.strategy.update(bar);
  }

  openOrder(tag: string): OrderRecord | undefined {
    return this.openOrders.find(({ intent }) => intent.tag === tag);
  }
}
