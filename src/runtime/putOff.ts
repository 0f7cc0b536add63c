/**
 * That an order is being sent need not be on record before its bytes leave: the plan is, and after a crash what was planned is asked
 * after. So it is put off until the next step is written, which is most often the answer.
 */
import type { EngineEvent } from '../core/domain/events.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { StepOutput } from '../core/engine/output.ts';
import type { OrderChange, StepRecord } from '../ports/journal.ts';

/** True for a step that says nothing but that an order is being sent. */
export function isLight(event: EngineEvent, output: StepOutput): boolean {
  const { commands, notes, strategies } = output;
  const isSending = event.kind === 'outcome' && event.outcome === 'sending';
  return isSending && commands.length + notes.length + strategies.length === 0;
}

export class PutOff {
  /** Each once; the engine's own objects. */
  readonly #orders = new Set<OrderRecord>();
  #changes: OrderChange[] = [];

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  /** Its lists are not kept: the engine uses them again. */
  add({ orders, transitions }: StepOutput): void {
    for (const order of orders) this.#orders.add(order);
    this.#changes.push(...transitions);
  }

  /** The record with what was put off before it. */
  joined(record: StepRecord): StepRecord {
    if (this.isEmpty) return record;
    const others = record.orders.filter((order) => !this.#orders.has(order));
    return {
      ...record,
      orders: [...this.#orders, ...others],
      changes: [...this.#changes, ...record.changes],
    };
  }

  /** It is on record. */
  clear(): void {
    if (this.isEmpty) return;
    this.#orders.clear();
    this.#changes = [];
  }
}
