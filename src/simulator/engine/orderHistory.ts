/** An account's latest finished orders, in the order in which they ended. They are made again whenever somebody asks. */
import type { Block } from './rows.ts';
import { Blocks } from './rows.ts';
import type { Instrument, Order, OrderStatus, OrderType, TimeInForce } from './types.ts';

/** Places in a row. */
const ID = 0;
const INSTRUMENT = 1;
const IS_BUY = 2;
const TYPE = 3;
const TIME_IN_FORCE = 4;
const TICKS = 5;
const TRIGGER_TICKS = 6;
const LOTS = 7;
const QUOTE_BUDGET = 8;
const LIST_ID = 9;
const IS_TRIGGERED = 10;
const STATUS = 11;
const FILLED_LOTS = 12;
const FILLED_QUOTE = 13;
const CREATED_MS = 14;
const UPDATED_MS = 15;
const WORKING_MS = 16;
const ICEBERG_LOTS = 17;
const WIDTH = 18;

export class OrderHistory {
  readonly #accountId: string;
  readonly #blocks: Blocks;
  readonly #index = new OrderIndex();

  /** @param keptMin how many of the latest finished orders are never forgotten. */
  constructor(accountId: string, keptMin: number) {
    this.#accountId = accountId;
    this.#blocks = new Blocks(WIDTH, keptMin);
  }

  get length(): number {
    return this.#blocks.rows;
  }

  /** Takes in an order that has ended: it locks nothing and is in no queue. */
  push(order: Order): void {
    const block = this.#blocks.grow();
    const row = block.begin(order.clientOrderId);
    block.setNumber(row + ID, order.id);
    block.setThing(row + INSTRUMENT, order.instrument);
    block.setNumber(row + IS_BUY, order.side === 'BUY' ? 1 : 0);
    block.setThing(row + TYPE, order.type);
    block.setThing(row + TIME_IN_FORCE, order.timeInForce);
    block.setNumber(row + TICKS, order.ticks);
    block.setNumber(row + TRIGGER_TICKS, order.triggerTicks);
    block.setNumber(row + LOTS, order.lots);
    block.setAmount(row + QUOTE_BUDGET, order.quoteBudget);
    block.setNumber(row + LIST_ID, order.listId);
    block.setNumber(row + IS_TRIGGERED, order.isTriggered ? 1 : 0);
    block.setThing(row + STATUS, order.status);
    block.setNumber(row + FILLED_LOTS, order.filledLots);
    block.setAmount(row + FILLED_QUOTE, order.filledQuote);
    block.setNumber(row + CREATED_MS, order.createdMs);
    block.setNumber(row + UPDATED_MS, order.updatedMs);
    block.setNumber(row + WORKING_MS, order.workingMs);
    block.setNumber(row + ICEBERG_LOTS, order.icebergLots);
    if (block.isFull) this.#forget();
  }

  byId(id: number): Order | undefined {
    this.#index.extend(this.#blocks);
    return this.#at(this.#index.byId.get(id));
  }

  /** The latest that used a client id on an instrument. */
  byClientId(instrumentId: string, clientOrderId: string): Order | undefined {
    this.#index.extend(this.#blocks);
    return this.#at(this.#index.byClientId.get(keyOf(instrumentId, clientOrderId)));
  }

  /** Orders that ended at `fromMs` or later, in the order in which they did, each made when it is asked for. */
  *since(fromMs: number): IterableIterator<Order> {
    for (const block of this.#blocks.all) {
      for (let row = 0; row < block.rows; row += 1) {
        if (block.number(block.placeOf(row) + UPDATED_MS) >= fromMs) yield this.#make(block, row);
      }
    }
  }

  #forget(): void {
    const { first } = this.#blocks;
    const oldest = this.#blocks.forget();
    if (oldest !== undefined) this.#index.forget(oldest, first);
  }

  #at(number: number | undefined): Order | undefined {
    const where = number === undefined ? undefined : this.#blocks.at(number);
    return where && this.#make(where.block, where.row);
  }

  #make(block: Block, row: number): Order {
    const place = block.placeOf(row);
    return {
      id: block.number(place + ID),
      accountId: this.#accountId,
      instrument: instrumentAt(block, row),
      side: block.number(place + IS_BUY) === 1 ? 'BUY' : 'SELL',
      type: block.thing(place + TYPE) as OrderType,
      timeInForce: block.thing(place + TIME_IN_FORCE) as TimeInForce,
      clientOrderId: block.text(row),
      ticks: block.number(place + TICKS),
      triggerTicks: block.number(place + TRIGGER_TICKS),
      lots: block.number(place + LOTS),
      quoteBudget: block.amount(place + QUOTE_BUDGET),
      icebergLots: block.number(place + ICEBERG_LOTS),
      listId: block.number(place + LIST_ID),
      isTriggered: block.number(place + IS_TRIGGERED) === 1,
      status: block.thing(place + STATUS) as OrderStatus,
      filledLots: block.number(place + FILLED_LOTS),
      filledQuote: block.amount(place + FILLED_QUOTE),
      locked: 0n,
      createdMs: block.number(place + CREATED_MS),
      updatedMs: block.number(place + UPDATED_MS),
      workingMs: block.number(place + WORKING_MS),
      ahead: undefined,
      behind: undefined,
    };
  }
}

/** Numbers of rows by what they are asked for. Made when somebody asks: placing orders pays nothing for it. */
class OrderIndex {
  readonly byId = new Map<number, number>();
  /** The latest row; earlier users of a client id are only found by their order id. */
  readonly byClientId = new Map<string, number>();
  /** Number of the next row to take in. */
  #next = 0;

  extend(blocks: Blocks): void {
    const end = blocks.first + blocks.rows;
    for (let number = Math.max(this.#next, blocks.first); number < end; number += 1) {
      const where = blocks.at(number);
      if (where === undefined) continue;
      this.byId.set(idAt(where.block, where.row), number);
      this.byClientId.set(clientKeyAt(where.block, where.row), number);
    }
    this.#next = end;
  }

  /** Drops a block that is forgotten, whose first row is `first`. */
  forget(block: Block, first: number): void {
    for (let row = 0; row < block.rows && first + row < this.#next; row += 1) {
      this.byId.delete(idAt(block, row));
      const key = clientKeyAt(block, row);
      if (this.byClientId.get(key) === first + row) this.byClientId.delete(key);
    }
  }
}

function idAt(block: Block, row: number): number {
  return block.number(block.placeOf(row) + ID);
}

function instrumentAt(block: Block, row: number): Instrument {
  return block.thing(block.placeOf(row) + INSTRUMENT) as Instrument;
}

function clientKeyAt(block: Block, row: number): string {
  return keyOf(instrumentAt(block, row).id, block.text(row));
}

function keyOf(instrumentId: string, clientOrderId: string): string {
  return `${instrumentId} ${clientOrderId}`;
}
