/** What one step produced. One object, reused: valid until the next step. */
import type { Command } from '../domain/commands.ts';
import type { Asset, StrategyId } from '../domain/ids.ts';
import type { Note } from '../domain/notes.ts';
import type { OrderRecord, OrderState } from '../domain/order.ts';
import type { AttributedFill, Position } from '../domain/position.ts';

/** One transition of an order. */
export interface OrderTransition {
  readonly order: OrderRecord;
  readonly from: OrderState;
  readonly to: OrderState;
  readonly message: string;
}

export class StepOutput {
  /** False when nothing at all came of the step: the common case, and then nothing else need be looked at. */
  used = false;
  readonly commands: Command[] = [];
  readonly notes: Note[] = [];
  /** Orders whose record changed, each once. */
  readonly orders = new Set<OrderRecord>();
  readonly transitions: OrderTransition[] = [];
  readonly fills: AttributedFill[] = [];
  /** Positions as they now stand, by strategy. */
  readonly positions = new Map<string, Position>();
  /** Assets whose ledger balance changed. */
  readonly assets = new Set<Asset>();
  /** Strategies whose state changed and must be kept. */
  readonly strategies = new Set<StrategyId>();
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
    this.orders.add(order);
  }

  transition(
    order: OrderRecord,
    change: { readonly from: OrderState; readonly to: OrderState; readonly message: string },
  ): void {
    this.touch(order);
    this.transitions.push({ order, ...change });
  }

  keep(strategy: { readonly spec: { readonly id: StrategyId } }): void {
    this.used = true;
    this.strategies.add(strategy.spec.id);
  }

  clear(): void {
    if (!this.used) return;
    this.used = false;
    this.commands.length = 0;
    this.notes.length = 0;
    this.orders.clear();
    this.transitions.length = 0;
    this.fills.length = 0;
    this.positions.clear();
    this.assets.clear();
    this.strategies.clear();
    this.flags = false;
  }
}
