/** What one step produced. One object, reused: valid until the next step. */
import type { Command } from '../domain/commands.ts';
import type { IntentId, StrategyId } from '../domain/ids.ts';
import type { Note } from '../domain/notes.ts';
import type { OrderRecord, OrderState } from '../domain/order.ts';
import type {
  AttributedFill,
  BookedTransfer,
  LedgerBalance,
  Position,
  Transfer,
} from '../domain/position.ts';
import type { Millis } from '../domain/time.ts';

/** One transition of an order. */
export interface OrderTransition {
  readonly intentId: IntentId;
  /** Market time. */
  readonly at: Millis;
  readonly from: OrderState;
  readonly to: OrderState;
  readonly message: string;
}

/**
 * Lists instead of sets: a step touches one or two of anything, and the journal takes the lists as they are.
 */
export class StepOutput {
  /** False when nothing at all came of the step: the common case, and then nothing else need be looked at. */
  used = false;
  readonly commands: Command[] = [];
  readonly notes: Note[] = [];
  /** Orders whose record changed, each once. */
  readonly orders: OrderRecord[] = [];
  readonly transitions: OrderTransition[] = [];
  readonly fills: AttributedFill[] = [];
  /** Positions that changed, as they now stand. */
  readonly positions: Position[] = [];
  /** The ledger's accounts whose total changed, each once. */
  readonly balances: LedgerBalance[] = [];
  /** Differences booked as deposits and withdrawals. */
  readonly transfers: Transfer[] = [];
  /** What was booked into and out of positions without a fill. */
  readonly bookings: BookedTransfer[] = [];
  /** Strategies whose state changed and must be kept, each once. */
  readonly strategies: StrategyId[] = [];
  /** Pause or halts changed. */
  flags = false;

  command(command: Command): void {
    this.used = true;
    this.commands.push(command);
  }

  note(note: Note): void {
    this.used = true;
    this.notes.push(note);
  }

  touch(order: OrderRecord): void {
    this.used = true;
    addOnce(this.orders, order);
  }

  transition(
    order: OrderRecord,
    change: Pick<OrderTransition, 'from' | 'to' | 'message'>,
    at: Millis,
  ): void {
    this.touch(order);
    const { from, to, message } = change;
    this.transitions.push({ intentId: order.intent.intentId, at, from, to, message });
  }

  /** One fill and what it moved. */
  booked(fill: AttributedFill, position: Position): void {
    this.used = true;
    this.fills.push(fill);
    this.positions.push(position);
  }

  /** A position that is seen in another way: nothing came or went. */
  repositioned(position: Position): void {
    this.used = true;
    this.positions.push(position);
  }

  transferred(transfer: Transfer, account: LedgerBalance): void {
    this.transfers.push(transfer);
    this.balance(account);
  }

  /** Several of one position: the journal keeps the last of them as it stands. */
  bookedTransfer(transfer: BookedTransfer, position: Position): void {
    this.used = true;
    this.bookings.push(transfer);
    this.positions.push(position);
  }

  balance(account: LedgerBalance): void {
    this.used = true;
    addOnce(this.balances, account);
  }

  keep(strategy: { readonly spec: { readonly id: StrategyId } }): void {
    this.used = true;
    addOnce(this.strategies, strategy.spec.id);
  }

  clear(): void {
    if (!this.used) return;
    this.used = false;
    empty(this.commands);
    empty(this.notes);
    empty(this.orders);
    empty(this.transitions);
    empty(this.fills);
    empty(this.positions);
    empty(this.balances);
    empty(this.transfers);
    empty(this.bookings);
    empty(this.strategies);
    this.flags = false;
  }
}

/** Asks first: setting a length is a call into the virtual machine, and most lists of a step are empty. */
function empty(list: unknown[]): void {
  if (list.length > 0) list.length = 0;
}

function addOnce<Item>(list: Item[], item: Item): void {
  if (!list.includes(item)) list.push(item);
}
