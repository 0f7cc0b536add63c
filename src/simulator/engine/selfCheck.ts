/** The engine checks itself as a whole. {@link EventCheck} does so after every call, as far as that reached. */
import type { Account } from './account.ts';
import { isOpen } from './account.ts';
import type { Book, BookSide } from './book.ts';
import type { Engine } from './engine.ts';
import { lockViolation, paidAsset } from './settle.ts';
import { isReached } from './triggers.ts';
import type { Order, OrderList } from './types.ts';

/**
 * Verifies every invariant of the engine: money is conserved asset by asset, locks are what open orders need, every open order
 * is in its queue and in no other, levels sum up, no book is crossed, no trigger is overdue, client ids of open orders differ,
 * lists are as far as their orders.
 * @returns one sentence per violation; empty when all hold.
 */
export function selfCheck(engine: Engine): string[] {
  const violations: string[] = [];
  checkConservation(engine, violations);
  const users = [...engine.accounts.values()].filter((account) => !account.isHouse);
  for (const account of users) checkLocks(engine, account, violations);
  const placed = new Set<Order>();
  for (const book of engine.books.values()) {
    checkBook(book, violations);
    for (const order of book.orders()) checkPlace(engine, order, placed, violations);
  }
  for (const account of users) checkOpen(account, placed, violations);
  for (const list of engine.lists.values()) checkList(list, violations);
  return violations;
}

function checkConservation(engine: Engine, violations: string[]): void {
  const held = new Map<string, bigint>(engine.fees);
  for (const account of engine.accounts.values()) {
    for (const [asset, balance] of account.balances) {
      held.set(asset, (held.get(asset) ?? 0n) + balance.free + balance.locked);
    }
  }
  for (const [asset, atoms] of held) {
    const issued = engine.issued.get(asset) ?? 0n;
    if (atoms !== issued) {
      violations.push(
        `${asset}: balances and fees sum to ${String(atoms)} atoms, ${String(issued)} were issued`,
      );
    }
  }
}

function checkLocks(engine: Engine, account: Account, violations: string[]): void {
  const locked = new Map<string, bigint>();
  for (const order of account.open.values()) {
    const violation = lockViolation(order, engine.orderLists.openOther(order));
    if (violation !== undefined) violations.push(`order ${String(order.id)} ${violation}`);
    const asset = paidAsset(order.side, order.instrument);
    locked.set(asset, (locked.get(asset) ?? 0n) + order.locked);
  }
  for (const [asset, balance] of account.balances) {
    const expected = locked.get(asset) ?? 0n;
    if (balance.locked !== expected) {
      violations.push(
        `${account.id} ${asset}: locked ${String(balance.locked)}, open orders lock ${String(expected)}`,
      );
    }
    if (balance.free < 0n)
      violations.push(`${account.id} ${asset}: free balance is ${String(balance.free)}`);
  }
}

function checkBook(book: Book, violations: string[]): void {
  const { id } = book.instrument;
  const bid = book.bids.best();
  const ask = book.asks.best();
  if (bid !== undefined && ask !== undefined && bid.ticks >= ask.ticks) {
    violations.push(`${id}: book is crossed, bid ${String(bid.ticks)} ≥ ask ${String(ask.ticks)}`);
  }
  for (const order of book.triggers.orders()) {
    if (book.lastTicks > 0 && isReached(order, order.triggerTicks, book.lastTicks))
      violations.push(
        `${id}: order ${String(order.id)} waits for ${String(order.triggerTicks)}, the last price is ${String(book.lastTicks)}`,
      );
  }
  checkSide(id, book.bids, violations);
  checkSide(id, book.asks, violations);
}

function checkSide(id: string, side: BookSide, violations: string[]): void {
  for (const level of side.levels()) {
    let lots = 0;
    for (let order = level.first; order !== undefined; order = order.behind) {
      lots += order.lots - order.filledLots;
      if (order.ticks !== level.ticks)
        violations.push(`${id}: order ${String(order.id)} is in the wrong level`);
    }
    if (lots !== level.lots || lots <= 0) {
      violations.push(
        `${id} ${side.side} ${String(level.ticks)}: total ${String(level.lots)}, orders sum to ${String(lots)}`,
      );
    }
  }
}

/** An order in a queue is open, in no other queue, and known to its account. */
function checkPlace(engine: Engine, order: Order, placed: Set<Order>, violations: string[]): void {
  const name = `order ${String(order.id)}`;
  if (!isOpen(order)) violations.push(`${name} is ${order.status} but in a queue`);
  if (placed.has(order)) violations.push(`${name} is in two queues`);
  placed.add(order);
  const account = engine.accounts.get(order.accountId);
  if (account?.isHouse === false && account.open.get(order.id) !== order)
    violations.push(`${name} is in a queue but not among the open orders of ${account.id}`);
}

/** An open order is in a queue, and the only one with its client id. */
function checkOpen(account: Account, placed: ReadonlySet<Order>, violations: string[]): void {
  for (const order of account.open.values()) {
    const name = `order ${String(order.id)}`;
    if (!placed.has(order)) violations.push(`${name} is open but in no queue`);
    if (account.open.byClientId(order.instrument.id, order.clientOrderId) !== order)
      violations.push(`${name} shares its client id with another open order`);
  }
}

function checkList({ id, orders, status }: OrderList, violations: string[]): void {
  const open = orders.filter(isOpen);
  const name = `list ${String(id)}`;
  if (open.length > 0 !== (status === 'EXECUTING'))
    violations.push(`${name} is ${status} with ${String(open.length)} open orders`);
  if (open.length === 2 && orders.some(({ filledLots }) => filledLots > 0))
    violations.push(`${name} has traded and both of its orders are open`);
  if (orders.every(({ filledLots }) => filledLots > 0))
    violations.push(`${name} has executed both of its orders`);
}
