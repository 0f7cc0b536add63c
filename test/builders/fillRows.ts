/** Takes a row of the table of fills through a real session: engine, guards, orders, exchange model. */
import { wireBacktest } from '../../src/compose/backtestParts.ts';
import { SILENT } from '../../src/compose/silentLogger.ts';
import { dec, toText } from '../../src/core/domain/decimal.ts';
import type { CandleEvent } from '../../src/core/domain/events.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import { strategyId, type IntentId } from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { Json } from '../../src/core/domain/json.ts';
import { emptyColumns, type Bar, type BarColumns } from '../../src/core/domain/market.ts';
import { isGuard, type OrderRecord, type Proposal } from '../../src/core/domain/order.ts';
import { MINUTE_MS } from '../../src/core/domain/time.ts';
import type { Watch } from '../../src/core/matching/barWalk.ts';
import type { FillModel, Reading } from '../../src/core/matching/model.ts';
import type {
  Strategy,
  StrategyContext,
  StrategySpec,
} from '../../src/core/strategies/contract.ts';
import { runBacktest, type BacktestRun } from '../../src/research/backtest.ts';
import type { PlayedExchange } from '../../src/research/barPlayer.ts';
import type { Session } from '../../src/runtime/session.ts';
import type { FillRow, RowBar, RowOrder, RowSettings, RowStep } from '../fixtures/fillRows/row.ts';
import { anInstrument, BTC_USDT, T0, USDT } from './orders.ts';

const ROW_STRATEGY = strategyId('row');
const VOLUME = 1_000;

/** Does at its bars and fills what the row says. */
export class RowStrategy implements Strategy {
  readonly warmUpBars = 1;
  readonly #row: FillRow;
  readonly #ids = new Map<string, IntentId>();
  #bars = 0;

  constructor(row: FillRow) {
    this.#row = row;
  }

  update(): void {
    return;
  }

  onBar(_bar: Bar, context: StrategyContext): void {
    this.#do(this.#row.plan[this.#bars] ?? [], context);
    this.#bars += 1;
  }

  onFill(): void {
    return;
  }

  onOrderClosed(order: OrderRecord, context: StrategyContext): void {
    if (order.state === 'FILLED') this.#do(this.#row.answers?.[order.intent.tag] ?? [], context);
  }

  onStopped(): void {
    return;
  }

  snapshot(): Json {
    return {};
  }

  restore(): void {
    return;
  }

  #do(steps: readonly RowStep[], context: StrategyContext): void {
    for (const step of steps) {
      if ('cancel' in step) context.cancel(this.#idOf(step.cancel), 'TEST');
      else if ('replace' in step) {
        const id = context.replace(this.#idOf(step.replace), proposalOf(step.by), 'TEST');
        if (id !== undefined) this.#ids.set(step.by.name, id);
      } else {
        const id = context.place(proposalOf(step));
        if (id !== undefined) this.#ids.set(step.name, id);
      }
    }
  }

  #idOf(name: string): IntentId {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`the row has no order ${name} yet`);
    return id;
  }
}

function proposalOf({ name, side, price, postOnly = false, amount = '1' }: RowOrder): Proposal {
  const common = {
    purpose: side === 'buy' ? 'entry' : 'exit',
    side,
    amount: dec(amount),
    reason: 'TEST',
    tag: name,
  } as const;
  if (price === undefined) return { ...common, type: 'market' };
  return { ...common, type: postOnly ? 'limit_maker' : 'limit', price };
}

export function rowSpec({ stopLoss, takeProfit, barsPerBar }: RowSettings): StrategySpec {
  return {
    id: ROW_STRATEGY,
    kind: 'row',
    symbol: BTC_USDT,
    timeframe: barsPerBar === 5 ? '5m' : '1m',
    budget: dec('1000000'),
    ...(stopLoss !== undefined && { stopLoss }),
    ...(takeProfit !== undefined && { takeProfit }),
    cooldownMs: 0,
    params: {},
    source: 'test',
  };
}

export const ROW_LIMITS = {
  maxTotalExposure: dec('1000000'),
  priceBand: 0.5,
  maxOpenOrders: 100,
};

export function rowInstrument(settings: RowSettings): Instrument {
  const { triggers = 'oco', fee = '0', lot = '0.001' } = settings;
  const { minAmount = lot, minNotional = '5' } = settings;
  return anInstrument({
    tickSize: dec('0.1'),
    lotSize: dec(lot),
    minAmount: dec(minAmount),
    minNotional: dec(minNotional),
    makerFee: dec(fee),
    takerFee: dec(fee),
    triggers,
  });
}

function rowColumns(bars: readonly RowBar[]): BarColumns {
  const there = bars.flatMap((bar, index) => (bar === 'hole' ? [] : [{ bar, index }]));
  const columns = emptyColumns(there.length);
  there.forEach(({ bar: [open, high, low, close, volume = VOLUME], index }, row) => {
    columns.openTime[row] = T0 + index * MINUTE_MS;
    columns.open[row] = open;
    columns.high[row] = high;
    columns.low[row] = low;
    columns.close[row] = close;
    columns.volume[row] = volume;
  });
  return columns;
}

export interface RowResult {
  readonly fills: readonly string[];
  readonly ambiguousBars: number;
  readonly run: BacktestRun;
  readonly session: Session;
}

/** @param reading how bars are read that leave a choice. */
export async function runRow(row: FillRow, reading: Reading): Promise<RowResult> {
  const { settings = {} } = row;
  const { slippage = 0, touch = 'through', maxShare, latencyMs = 0 } = settings;
  const { balance = '100000', closeAtEnd = false } = settings;
  const model = { slippage, touch, reading, quoteMaxAgeMs: 0 };
  const fillModel: FillModel = maxShare === undefined ? model : { ...model, maxShare };
  const spec = rowSpec(settings);
  const wired = await wireBacktest({
    spec,
    create: (own) => ({ spec: own, strategy: new RowStrategy(row) }),
    instrument: rowInstrument(settings),
    balances: [{ asset: USDT, total: dec(balance) }],
    fillModel,
    latencyMs,
    limits: ROW_LIMITS,
    logger: SILENT,
  });
  const fills: string[] = [];
  const watched = new WatchedBars(wired.exchange);
  const nameOf = namesOf(wired.session);
  wired.session.onStep((output) => {
    for (const { fill, intentId } of output.fills)
      fills.push(fillText(fill, nameOf(intentId), watched.openTime));
  });
  const run = runBacktest(
    { ...wired, exchange: watched },
    { symbol: BTC_USDT, columns: rowColumns(row.bars), timeframe: '1m' },
    {
      fromMs: T0,
      toMs: Infinity,
      closeAtEnd,
      onProgress: () => undefined,
    },
  );
  return { fills, ambiguousBars: wired.exchange.ambiguousBars, run, session: wired.session };
}

/** The exchange model, and which bar it is in. */
class WatchedBars implements PlayedExchange {
  openTime = Number.NaN;
  readonly #exchange: PlayedExchange;

  constructor(exchange: PlayedExchange) {
    this.#exchange = exchange;
  }

  concerns(bar: CandleEvent): boolean {
    return this.#exchange.concerns(bar);
  }

  beginBar(bar: CandleEvent): void {
    this.openTime = bar.openTime;
    this.#exchange.beginBar(bar);
  }

  nextMoment(watches: readonly Watch[]): ReturnType<PlayedExchange['nextMoment']> {
    return this.#exchange.nextMoment(watches);
  }

  happen(): void {
    this.#exchange.happen();
  }

  endBar(bar: CandleEvent): void {
    this.#exchange.endBar(bar);
  }
}

/** Names of orders as rows have them. To be asked for before the session runs. */
export function namesOf(session: Session): (intentId: IntentId) => string {
  const names = new Map<IntentId, string>();
  session.onStep(({ commands }) => {
    for (const command of commands) {
      if (command.kind !== 'place') continue;
      const { order } = command;
      const guard = order.type === 'stop' ? 'stop' : 'target';
      const own = order.reason === 'TEST' ? order.tag : 'exit';
      names.set(order.intentId, isGuard(order) ? guard : own);
    }
  });
  return (intentId) => names.get(intentId) ?? '';
}

/** A fill as rows have it. @param openTime of the bar in which it happened. */
export function fillText(fill: Fill, name: string, openTime: number): string {
  const { at, amount, price, liquidity, certain } = fill;
  const bar = (openTime - T0) / MINUTE_MS;
  const where = at === openTime ? 'open' : 'in';
  const text = `${bar} ${where} ${name} ${toText(amount)} @${toText(price)} ${liquidity}`;
  return certain === false ? `${text} ?` : text;
}
