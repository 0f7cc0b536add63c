/** The engine checks itself: money is conserved, locks match open orders, books are sound. */
import type { Account } from './account.ts';
import type { Book, BookSide } from './book.ts';
import type { Engine } from './engine.ts';
import { lockViolation, paidAsset } from './settle.ts';

/**
 * Verifies every invariant of the engine.
 * @returns one sentence per violation; empty when all hold.
 */
export function selfCheck(engine: Engine): string[] {
  const violations: string[] = [];
  checkConservation(engine, violations);
  for (const account of engine.accounts.values()) {
    if (!account.isHouse) checkLocks(engine, account, violations);
  }
  for (const book of engine.books.values()) checkBook(book, violations);
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
