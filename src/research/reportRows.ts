/** Trades, orders and fills as a report has them. */
import { divide, toFloat, toText, type Decimal } from '../core/domain/decimal.ts';
import type { IntentId, MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import { formatUtc, SECOND_MS } from '../core/domain/time.ts';
import { isTerminal } from '../core/orders/transitions.ts';
import { tradesOf } from '../core/ledger/trades.ts';
import type { BacktestRun, PlacedFill } from './backtest.ts';
import { Excursions, type OwnedTrade } from './tradeExcursions.ts';
import type { BacktestFill, BacktestOrder, BacktestTrade } from './reportSchema.ts';

/** Decimal places of averages: they need not end sooner. */
const AVERAGE_DECIMALS = 8;

/** The closed trades of all strategies, in the order of exits. */
export function ownedTrades(
  fills: readonly PlacedFill[],
  instruments: ReadonlyMap<MarketSymbol, Instrument>,
): OwnedTrade[] {
  const trades: OwnedTrade[] = [];
  for (const [strategyId, own] of groupedBy(fills, ({ strategyId }) => strategyId)) {
    const symbol = own[0]?.fill.symbol;
    const instrument = symbol === undefined ? undefined : instruments.get(symbol);
    if (!instrument) continue;
    for (const trade of tradesOf(own, instrument))
      trades.push({ ...trade, strategyId, symbol: instrument.symbol });
  }
  return trades.sort((a, b) => a.exitTime - b.exitTime);
}

export function groupedBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Looks up what a report says of an order. */
export type FindOrder = (intentId: IntentId) => OrderRecord | undefined;

export function tradeRows(
  trades: readonly OwnedTrade[],
  run: BacktestRun,
  findOrder: FindOrder,
): BacktestTrade[] {
  const excursions = new Excursions(run);
  const uncertain = new Set(
    run.fills.filter(({ fill }) => fill.certain === false).map(({ intentId }) => intentId),
  );
  return trades.map((trade) => {
    const { entryTime, exitTime, amount, entryPaid, exitReceived, pnl } = trade;
    const exit = findOrder(trade.exitIntent)?.intent;
    const entry = trade.entryIntent && findOrder(trade.entryIntent)?.intent;
    const { mae, mfe } = excursions.of(trade);
    return {
      strategy: trade.strategyId,
      symbol: trade.symbol,
      entry_time: formatUtc(entryTime),
      exit_time: formatUtc(exitTime),
      duration_s: (exitTime - entryTime) / SECOND_MS,
      side: 'buy',
      entry_price: averageText(entryPaid, amount),
      exit_price: averageText(exitReceived, amount),
      amount: toText(amount),
      fees: toText(trade.fees),
      pnl: toText(pnl),
      return: toFloat(pnl) / toFloat(entryPaid),
      mae,
      mfe,
      entry_reason: entry?.reason ?? '',
      exit_reason: exit?.reason ?? '',
      tag: exit?.tag ?? '',
      certain: !uncertain.has(trade.exitIntent),
    };
  });
}

/** What one unit was paid or got for. */
function averageText(quote: Decimal, amount: Decimal): string {
  return toText(divide(quote, amount, AVERAGE_DECIMALS, 'half-even'));
}

export function fillRows({ fills, markets }: BacktestRun, findOrder: FindOrder): BacktestFill[] {
  const holes = new Map(markets.map((span) => [span.symbol, span.holes]));
  return fills.map(({ fill, strategyId, intentId }) => {
    // Takers wait for the next open, however late it is.
    const missing = fill.liquidity === 'taker' ? holes.get(fill.symbol)?.get(fill.at) : undefined;
    const row: BacktestFill = {
      strategy: strategyId,
      symbol: fill.symbol,
      order: intentId,
      time: formatUtc(fill.at),
      side: fill.side,
      price: toText(fill.price),
      amount: toText(fill.amount),
      fee: toText(fill.fee),
      fee_asset: fill.feeAsset,
      liquidity: fill.liquidity,
      reason: findOrder(intentId)?.intent.reason ?? '',
      certain: fill.certain !== false,
    };
    return missing === undefined ? row : { ...row, after_hole_s: missing / SECOND_MS };
  });
}

export function orderRows(orders: readonly OrderRecord[]): BacktestOrder[] {
  return orders.map(({ intent, state, filled, updatedAt }) => {
    const price = intent.price ?? intent.trigger;
    return {
      id: intent.intentId,
      strategy: intent.strategyId,
      symbol: intent.symbol,
      time: formatUtc(intent.createdAt),
      ended: isTerminal(state) ? formatUtc(updatedAt) : null,
      side: intent.side,
      type: intent.type,
      price: price ? toText(price) : null,
      amount: toText(intent.amount),
      filled: toText(filled),
      state,
      reason: intent.reason,
      tag: intent.tag,
    };
  });
}
