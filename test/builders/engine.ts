/** An engine with one scripted strategy: what it does on a bar is up to the test. */
import { dec } from '../../src/core/domain/decimal.ts';
import type { CandleEvent, ControlEvent } from '../../src/core/domain/events.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import type { Json } from '../../src/core/domain/json.ts';
import type { Bar } from '../../src/core/domain/market.ts';
import type { OrderRecord, Proposal } from '../../src/core/domain/order.ts';
import { createEngine } from '../../src/core/engine/create.ts';
import type { EngineSetup, EngineState } from '../../src/core/engine/state.ts';
import { createLedger } from '../../src/core/ledger/ledger.ts';
import type { RiskLimits } from '../../src/core/risk/limits.ts';
import type {
  Strategy,
  StrategyContext,
  StrategySpec,
} from '../../src/core/strategies/contract.ts';
import { anInstrument, BTC_USDT, GRID, T0, USDT } from './orders.ts';

export const MINUTE = 60_000;

const LIMITS: RiskLimits = {
  maxTotalExposure: dec('100000'),
  priceBand: 0.5,
  maxOpenOrders: 100,
};

/** Records what it is told and does what the test says. */
export class ScriptedStrategy implements Strategy {
  warmUpBars = 1;
  settleBars = 1;
  readonly seen: string[] = [];
  onNextBar: ((context: StrategyContext, bar: Bar) => void) | undefined;
  memory = 0;

  update(bar: Bar): void {
    this.seen.push(`update ${String(bar.close)}`);
  }

  onBar(bar: Bar, context: StrategyContext): void {
    this.seen.push(`bar ${String(bar.close)}`);
    this.onNextBar?.(context, bar);
    this.onNextBar = undefined;
  }

  onFill(order: OrderRecord, fill: Fill): void {
    this.memory += 1;
    this.seen.push(`fill ${order.intent.tag} ${fill.amount.toString()}`);
  }

  onOrderClosed(order: OrderRecord): void {
    this.seen.push(`closed ${order.intent.tag} ${order.state}`);
  }

  onBooked: (context: StrategyContext) => void = () => undefined;

  onStopped(): void {
    this.seen.push('stopped');
  }

  snapshot(): Json {
    return { memory: this.memory };
  }

  restore(snapshot: Json): void {
    this.memory = Number(/\d+/u.exec(JSON.stringify(snapshot))?.[0]);
  }
}

export function aSpec(changes: Partial<StrategySpec> = {}): StrategySpec {
  return {
    id: GRID,
    kind: 'scripted',
    symbol: BTC_USDT,
    timeframe: '1m',
    budget: dec('1000'),
    cooldownMs: 0,
    params: {},
    source: 'test',
    ...changes,
  };
}

export interface Bench {
  readonly state: EngineState;
  readonly strategy: ScriptedStrategy;
}

/** What every engine of the tests is made from, without strategies. */
export const SETUP: Omit<EngineSetup, 'strategies' | 'ledger'> = {
  instanceId: 'test',
  runId: 'run',
  limits: LIMITS,
  instruments: [anInstrument()],
  nextSequence: 1,
  halted: [],
  orders: [],
};

export function anEngine(
  changes: Partial<EngineSetup> = {},
  spec: StrategySpec = aSpec(),
  snapshots: ReadonlyMap<typeof GRID, Json> = new Map(),
): Bench {
  const strategy = new ScriptedStrategy();
  const setup: EngineSetup = {
    ...SETUP,
    strategies: [{ spec, strategy }],
    ledger: createLedger([{ asset: USDT, amount: dec('10000') }]),
    ...changes,
  };
  return { state: createEngine(setup, snapshots), strategy };
}

/** The n-th closed bar of a minute series, flat at `price`. */
export function aCandle(n: number, price: number, changes: Partial<CandleEvent> = {}): CandleEvent {
  const openTime = T0 + n * MINUTE;
  return {
    kind: 'candle',
    at: openTime + MINUTE,
    symbol: BTC_USDT,
    timeframe: '1m',
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    closed: true,
    ...changes,
  };
}

export function aControl(action: ControlEvent['action'], at = T0): ControlEvent {
  return { kind: 'control', at, action, reason: 'test' };
}

/** A limit buy of 100 USDT at 100. */
/** A market sell of part of what was bought. */
export const SELL: Proposal = {
  purpose: 'exit',
  side: 'sell',
  type: 'market',
  amount: dec('0.5'),
  reason: 'TEST_SELL',
  tag: 's',
};

export const BUY: Proposal = {
  purpose: 'entry',
  side: 'buy',
  type: 'limit',
  price: 100,
  quote: dec('100'),
  reason: 'TEST_BUY',
  tag: 'b',
};
