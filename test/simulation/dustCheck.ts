/** I16: what is called dust is a part of its position, and no more of it than what no order could sell when it was called so. */
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { Position } from '../../src/core/domain/position.ts';
import type { StepRecord } from '../../src/ports/journal.ts';
import { exact, sumOf, ZERO, type Exact } from './exact.ts';
import type { ProcessView } from './host.ts';
import type { JournalReader } from './reader.ts';
import { Violation } from './violation.ts';

export class DustCheck {
  /** By strategy and market, as it is on record. */
  #known = new Map<string, Exact>();

  /** The file is another one, or is read anew. */
  restarted(reader: JournalReader): void {
    this.#known = new Map(
      reader.positions().map(({ strategyId, symbol, dust }) => [`${strategyId} ${symbol}`, dust]),
    );
  }

  /** @throws Violation */
  committed({ positions, bookings }: StepRecord, process: ProcessView | undefined): void {
    for (const position of positions) {
      const { strategyId, symbol } = position;
      const swept = bookings.filter(
        (one) => one.strategyId === strategyId && one.symbol === symbol && one.cause === 'dust',
      );
      this.#check(position, process, sumOf(swept.map(({ amount }) => exact(amount))));
    }
  }

  /** @param swept dust of others that has come into it */
  #check(position: Position, process: ProcessView | undefined, swept: Exact): void {
    const key = `${position.strategyId} ${position.symbol}`;
    const { amount, cost, dust, dustCost } = exactly(position);
    const before = this.#known.get(key) ?? ZERO;
    this.#known.set(key, dust);
    const isAll = isPart(dust, amount) && isPart(dustCost, cost);
    if (!isAll)
      throw new Violation('I16', `${key}: dust of ${dust.toString()} for ${dustCost.toString()}`);
    const market = process?.trader.parts?.session.state.markets.get(position.symbol);
    if (!market || dust.lte(before.plus(swept))) return;
    const { instrument, lastPrice } = market;
    const isRight = dust.eq(amount) && isTooLittle(amount, lastPrice, instrument);
    if (isRight) return;
    const words = `${dust.toString()} of ${amount.toString()} became dust at ${lastPrice}`;
    throw new Violation('I16', `${key}: ${words}`);
  }
}

function isPart(part: Exact, whole: Exact): boolean {
  return part.isZero() || (part.gt(ZERO) && part.lte(whole));
}

function exactly({ amount, cost, dust }: Position) {
  return {
    amount: exact(amount),
    cost: exact(cost),
    dust: exact(dust?.amount ?? 0),
    dustCost: exact(dust?.cost ?? 0),
  };
}

/** Whether all of it together is less than an order at the market may be. */
function isTooLittle(amount: Exact, price: number, instrument: Instrument): boolean {
  const lot = exact(instrument.lotSize);
  const lots = amount.div(lot).floor().times(lot);
  const least = [lot, exact(instrument.minAmount), exact(instrument.marketMinAmount ?? 0)];
  if (least.some((amountMin) => lots.lt(amountMin))) return true;
  return lots.times(exact(price)).lt(exact(instrument.minNotional));
}
