/**
 * Closed trades from fills, at the books' own cost basis: average cost, fees included. A sell takes its share of what the position
 * cost, so that Σ profit of trades + (value − cost of what is held) is the change of the equity, to the last digit; what was booked
 * into the position and out of it without a fill comes and goes at its cost, and makes no trade.
 */
import { add, divide, subtract, ZERO, type Decimal } from '../domain/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { IntentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { AttributedFill, BookedTransfer, Position } from '../domain/position.ts';
import type { Millis } from '../domain/time.ts';
import { COST_DECIMALS, flatPosition, positionAfter, positionAfterTransfer } from './accounting.ts';

/** One sell order and what it sold. Money in quote. */
export interface Trade {
  readonly exitIntent: IntentId;
  /** Order of the first buy since the position was last flat; undefined when it came from a booking. */
  readonly entryIntent: IntentId | undefined;
  /** Of the first buy since the position was last flat. */
  readonly entryTime: Millis;
  /** Of the last fill of the sell. */
  readonly exitTime: Millis;
  /** Base sold. */
  readonly amount: Decimal;
  /** What the amount cost on average, without fees: `entryPaid` ÷ `amount` is the entry price. */
  readonly entryPaid: Decimal;
  /** What the sells brought, without fees. */
  readonly exitReceived: Decimal;
  /** Of both sides; those charged in base at their fill's price, those in a third asset left out. */
  readonly fees: Decimal;
  /** `exitReceived` − `entryPaid` − `fees`, exactly; the same number the ledger books as realised. */
  readonly pnl: Decimal;
}

type Closing = { -readonly [Key in keyof Trade]: Trade[Key] };

/**
 * All fills of one strategy and market in the order in which they were booked, and what was booked besides, in its order. What was
 * never sold is left out. In the order of first sale.
 */
export function tradesOf(
  fills: readonly AttributedFill[],
  instrument: Instrument,
  booked: readonly BookedTransfer[] = [],
): Trade[] {
  const closings = new Map<IntentId, Closing>();
  const first = fills[0]?.strategyId ?? booked[0]?.strategyId;
  if (first === undefined) return [];
  const books = new Replay(flatPosition(first, instrument.symbol), instrument, booked);
  for (const { fill, intentId } of fills) {
    books.catchUp();
    const sale = books.fill(fill, intentId);
    if (sale) close(closings, intentId, sale);
  }
  return [...closings.values()];
}

/** A position as its fills and transfers made it, with the fees in the cost of what is held. */
class Replay {
  #held: Position;
  #entryIntent: IntentId | undefined;
  #feesHeld = ZERO;
  #next = 0;
  readonly #instrument: Instrument;
  readonly #booked: readonly BookedTransfer[];

  constructor(flat: Position, instrument: Instrument, booked: readonly BookedTransfer[]) {
    this.#held = flat;
    this.#instrument = instrument;
    this.#booked = booked;
  }

  /** Takes in what was booked before the next fill. */
  catchUp(): void {
    for (;;) {
      const transfer = this.#booked[this.#next];
      if (!transfer || transfer.afterFills > this.#held.fills) return;
      this.#next += 1;
      const after = positionAfterTransfer(this.#held, transfer, this.#instrument);
      if (transfer.amount.isNegative()) this.#takeFees(after);
      this.#held = after;
    }
  }

  /** @returns a sale; undefined after a buy */
  fill(fill: Fill, intentId: IntentId): Sale | undefined {
    const held = this.#held;
    const after = positionAfter(held, fill, this.#instrument);
    this.#held = after;
    const fee = subtract(after.feesQuote, held.feesQuote);
    if (fill.side === 'buy') {
      if (held.openedAt === undefined) this.#entryIntent = intentId;
      this.#feesHeld = add(this.#feesHeld, fee);
      return undefined;
    }
    const feesOut = this.#takeFees(after, held);
    const entryIntent = held.openedAt === undefined ? undefined : this.#entryIntent;
    return { fill, entryIntent, held, after, fees: add(feesOut, fee), feesOut };
  }

  /** The part of the fees held that goes with what went. */
  #takeFees(after: Position, held = this.#held): Decimal {
    const feesOut = shareOf(this.#feesHeld, held, after);
    this.#feesHeld = subtract(this.#feesHeld, feesOut);
    return feesOut;
  }
}

/** The part of the fees held that goes with what was sold; all of them with the last of it. */
function shareOf(feesHeld: Decimal, held: Position, after: Position): Decimal {
  if (after.cost.isZero()) return feesHeld;
  const given = subtract(held.amount, after.amount);
  return divide(feesHeld.times(given), held.amount, COST_DECIMALS, 'half-even');
}

interface Sale {
  readonly fill: Fill;
  readonly entryIntent: IntentId | undefined;
  readonly held: Position;
  readonly after: Position;
  readonly fees: Decimal;
  /** Of `fees`, what was in the cost. */
  readonly feesOut: Decimal;
}

function close(closings: Map<IntentId, Closing>, exitIntent: IntentId, sale: Sale): void {
  const { fill, entryIntent, held, after, fees, feesOut } = sale;
  const closing: Closing = closings.get(exitIntent) ?? {
    exitIntent,
    entryIntent,
    entryTime: held.openedAt ?? fill.at,
    exitTime: fill.at,
    amount: ZERO,
    entryPaid: ZERO,
    exitReceived: ZERO,
    fees: ZERO,
    pnl: ZERO,
  };
  closing.exitTime = fill.at;
  closing.amount = add(closing.amount, fill.amount);
  closing.entryPaid = add(closing.entryPaid, subtract(subtract(held.cost, after.cost), feesOut));
  closing.exitReceived = add(closing.exitReceived, fill.price.times(fill.amount));
  closing.fees = add(closing.fees, fees);
  closing.pnl = add(closing.pnl, subtract(after.realisedPnl, held.realisedPnl));
  closings.set(exitIntent, closing);
}
