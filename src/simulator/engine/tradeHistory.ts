/** An account's latest trades, oldest first. They are made again, as they were, whenever somebody asks. */
import type { Block } from './rows.ts';
import { Blocks } from './rows.ts';
import type { AccountTrade, Instrument } from './types.ts';

/** Places in a row. */
const ID = 0;
const ORDER_ID = 1;
const INSTRUMENT = 2;
const IS_BUY = 3;
const TICKS = 4;
const LOTS = 5;
const QUOTE = 6;
const FEE = 7;
const FEE_ASSET = 8;
const IS_MAKER = 9;
const TIME_MS = 10;
const WIDTH = 11;

/** Which trades are meant; absent: any. */
export interface TradeRange {
  readonly instrumentId?: string | undefined;
  readonly orderId?: number | undefined;
  /** Least id of a trade. */
  readonly fromId?: number | undefined;
  /** Market time, both inclusive. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export class TradeHistory {
  readonly #blocks: Blocks;

  /** @param keptMin how many of the latest trades are never forgotten. */
  constructor(keptMin: number) {
    this.#blocks = new Blocks(WIDTH, keptMin);
  }

  get length(): number {
    return this.#blocks.rows;
  }

  push(trade: AccountTrade): void {
    const block = this.#blocks.grow();
    const row = block.begin(trade.clientOrderId);
    block.setNumber(row + ID, trade.id);
    block.setNumber(row + ORDER_ID, trade.orderId);
    block.setThing(row + INSTRUMENT, trade.instrument);
    block.setNumber(row + IS_BUY, trade.side === 'BUY' ? 1 : 0);
    block.setNumber(row + TICKS, trade.ticks);
    block.setNumber(row + LOTS, trade.lots);
    block.setAmount(row + QUOTE, trade.quote);
    block.setAmount(row + FEE, trade.fee);
    block.setThing(row + FEE_ASSET, trade.feeAsset);
    block.setNumber(row + IS_MAKER, trade.isMaker ? 1 : 0);
    block.setNumber(row + TIME_MS, trade.timeMs);
    if (block.isFull) this.#blocks.forget();
  }

  /** The trades of a range, oldest first, each made when it is asked for. */
  *select(range: TradeRange = {}): IterableIterator<AccountTrade> {
    for (const block of this.#blocks.all) {
      if (isOutside(block, range)) continue;
      for (let row = 0; row < block.rows; row += 1) {
        if (isWithin(block, row, range)) yield tradeAt(block, row);
      }
    }
  }

  /** The same, newest first. */
  *selectNewest(range: TradeRange = {}): IterableIterator<AccountTrade> {
    for (const block of this.#blocks.all.toReversed()) {
      if (isOutside(block, range)) continue;
      for (let row = block.rows - 1; row >= 0; row -= 1) {
        if (isWithin(block, row, range)) yield tradeAt(block, row);
      }
    }
  }
}

/** Whether a block can be passed over: market time never goes back. */
function isOutside(block: Block, { fromMs = 0, toMs = Infinity }: TradeRange): boolean {
  const latestMs = block.number(block.placeOf(block.rows - 1) + TIME_MS);
  return latestMs < fromMs || block.number(TIME_MS) > toMs;
}

function isWithin(block: Block, row: number, range: TradeRange): boolean {
  const place = block.placeOf(row);
  const { instrumentId, orderId, fromId = 0, fromMs = 0, toMs = Infinity } = range;
  const timeMs = block.number(place + TIME_MS);
  return (
    timeMs >= fromMs &&
    timeMs <= toMs &&
    block.number(place + ID) >= fromId &&
    (orderId === undefined || block.number(place + ORDER_ID) === orderId) &&
    (instrumentId === undefined ||
      (block.thing(place + INSTRUMENT) as Instrument).id === instrumentId)
  );
}

function tradeAt(block: Block, row: number): AccountTrade {
  const place = block.placeOf(row);
  return {
    id: block.number(place + ID),
    orderId: block.number(place + ORDER_ID),
    clientOrderId: block.text(row),
    instrument: block.thing(place + INSTRUMENT) as Instrument,
    side: block.number(place + IS_BUY) === 1 ? 'BUY' : 'SELL',
    ticks: block.number(place + TICKS),
    lots: block.number(place + LOTS),
    quote: block.amount(place + QUOTE),
    fee: block.amount(place + FEE),
    feeAsset: block.thing(place + FEE_ASSET) as string,
    isMaker: block.number(place + IS_MAKER) === 1,
    timeMs: block.number(place + TIME_MS),
  };
}
