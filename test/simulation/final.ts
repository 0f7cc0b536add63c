/** The invariants that are checked at the end, when everything is quiet: our books against the exchange's, to the last digit. */
import { ORDER_STATES } from '../../src/core/domain/order.ts';
import { isTerminal } from '../../src/core/orders/transitions.ts';
import { formatAtoms } from '../../src/simulator/engine/amounts.ts';
import type { AccountTrade } from '../../src/simulator/engine/types.ts';
import { uncovered } from './cover.ts';
import { exact, ZERO, type Exact } from './exact.ts';
import type { SimExchange } from './exchange.ts';
import { amountOf, externalEffects, keyOf, move } from './external.ts';
import type { FillRow, JournalReader, OrderRow } from './reader.ts';
import { Violation } from './violation.ts';

const CLOSED: ReadonlySet<string> = new Set(ORDER_STATES.filter(isTerminal));

export interface Evidence {
  readonly exchange: SimExchange;
  readonly reader: JournalReader;
  /** Client ids of orders of which the books need not know: an old journal was put back since they were sent. */
  readonly forgotten: ReadonlySet<string>;
  /** Trades that nobody could know to be ours; that was alarmed. */
  readonly isDisowned: (trade: AccountTrade) => boolean;
}

/** @throws Violation */
export function checkBooks(evidence: Evidence): void {
  const books = booksOf(evidence);
  checkOrders(evidence, books);
  checkFills(evidence, books);
  checkPositions(books);
  checkBalances(evidence, books);
  checkCover(evidence);
}

interface Books {
  readonly orders: ReadonlyMap<string, OrderRow>;
  readonly fills: readonly FillRow[];
  readonly positions: ReturnType<JournalReader['positions']>;
  readonly balances: ReturnType<JournalReader['balances']>;
  readonly bookings: ReturnType<JournalReader['bookings']>;
}

function booksOf({ reader }: Evidence): Books {
  return {
    orders: new Map(reader.orders().map((order) => [order.clientOrderId, order])),
    fills: reader.fills(),
    positions: reader.positions(),
    balances: reader.balances(),
    bookings: reader.bookings(),
  };
}

/** I6, I1: every intent has ended, or its order rests at the exchange as the books say. */
function checkOrders({ exchange, forgotten }: Evidence, { orders }: Books): void {
  for (const order of orders.values()) {
    const atExchange = exchange.placed.get(order.clientOrderId) ?? [];
    if (atExchange.length > 1)
      throw new Violation('I1', `${order.intentId} has ${atExchange.length} exchange orders`);
    const lives = atExchange.some(({ id }) => exchange.account.open.has(id));
    if (CLOSED.has(order.state)) {
      if (!lives || forgotten.has(order.clientOrderId)) continue;
      throw new Violation('I6', `${order.intentId} is ${order.state} and stands at the exchange`);
    }
    if (!lives)
      throw new Violation('I6', `${order.intentId} is ${order.state}, nothing of it is open`);
    if (order.state !== 'ACKED' && order.state !== 'PARTIAL')
      throw new Violation('I6', `${order.intentId} stays ${order.state}`);
  }
}

/** I2: the fills on record are the exchange's trades of our orders, one for one. */
function checkFills({ exchange, forgotten, isDisowned }: Evidence, { orders, fills }: Books): void {
  const booked = new Map(fills.map((fill) => [fill.key, fill]));
  for (const trade of exchange.account.trades.select()) {
    if (!orders.has(trade.clientOrderId)) continue;
    const key = keyOf(trade);
    const fill = booked.get(key);
    if (!fill && (forgotten.has(trade.clientOrderId) || isDisowned(trade))) continue;
    if (!fill) throw new Violation('I2', `fill ${key} is not on record`);
    if (!fill.amount.eq(amountOf(trade)) || !fill.fee.eq(formatAtoms(trade.fee)))
      throw new Violation('I2', `fill ${key} is on record with other numbers`);
    booked.delete(key);
  }
  const [extra] = booked.keys();
  if (extra !== undefined)
    throw new Violation('I2', `fill ${extra} is on record, not at the exchange`);
}

/** I3: what a strategy holds is what its fills and what was booked besides come to. */
function checkPositions({ fills, positions, bookings }: Books): void {
  const sums = new Map<string, Exact>();
  for (const { strategyId, symbol, side, amount, fee, feeAsset } of fills) {
    const key = `${strategyId} ${symbol}`;
    const moved = side === 'buy' ? amount : amount.neg();
    const feeBase = symbol.startsWith(`${feeAsset}/`) ? fee : ZERO;
    sums.set(key, (sums.get(key) ?? ZERO).plus(moved).minus(feeBase));
  }
  for (const { strategyId, symbol, amount } of bookings) {
    const key = `${strategyId} ${symbol}`;
    sums.set(key, (sums.get(key) ?? ZERO).plus(amount));
  }
  for (const { strategyId, symbol, amount } of positions) {
    const sum = sums.get(`${strategyId} ${symbol}`) ?? ZERO;
    if (!sum.eq(amount))
      throw new Violation(
        'I3',
        `${strategyId} holds ${amount.toString()}, its fills and bookings are ${sum.toString()}`,
      );
  }
}

/** I14. */
function checkCover({ exchange, reader, forgotten }: Evidence): void {
  const words = uncovered(exchange, reader, forgotten);
  if (words !== '') throw new Violation('I14', words);
}

/**
 * I4: the ledger is its opening, what was adopted, and its fills; and the exchange's balance is the ledger without what was adopted
 * plus what others did on the account: orders by hand, transfers, and orders of which a restored journal knows nothing.
 */
function checkBalances({ exchange, reader }: Evidence, { fills, balances }: Books): void {
  const own = new Map<string, Exact>();
  for (const { symbol, side, price, amount, fee, feeAsset } of fills) {
    const [base = '', quote = ''] = symbol.split('/');
    const sign = side === 'buy' ? 1 : -1;
    move(own, base, amount.times(sign));
    move(own, quote, price.times(amount).times(-sign));
    move(own, feeAsset, fee.neg());
  }
  const foreign = externalEffects(exchange, reader, () => true);
  for (const { asset, opening, deposited, total } of balances) {
    const ledger = opening.plus(deposited).plus(own.get(asset) ?? ZERO);
    if (!ledger.eq(total))
      throw new Violation(
        'I4',
        `${asset}: opening, transfers and fills are ${ledger.toString()}, the ledger has ${total.toString()}`,
      );
    const actual = exact(formatAtoms(exchange.totalOf(asset)))
      .minus(foreign.get(asset) ?? ZERO)
      .plus(deposited);
    if (!actual.eq(total))
      throw new Violation(
        'I4',
        `${asset}: the exchange has ${actual.toString()}, the ledger ${total.toString()}`,
      );
  }
}
