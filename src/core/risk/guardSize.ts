/** What a guard of a position is in numbers that an exchange accepts. */
import { minOf, toText, type Decimal } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { NoteInputs } from '../domain/notes.ts';
import { largestAmount, priceRefusal } from './marketRules.ts';
import { exitCut, sizeRefusal } from './sizeChecks.ts';
import { exactPrice, isPrice, lotAmount, tickPrice } from './sizing.ts';
import { isRefusal, refuse, type Refusal, type RiskView } from './view.ts';

/** How the engine wants a position guarded. Prices are plain numbers: they come from the average entry price. */
export interface GuardProposal {
  readonly stopPrice: number;
  /** Absent: the stop alone. */
  readonly targetPrice?: number;
  readonly inputs: NoteInputs;
}

/** A guard in numbers an exchange accepts. */
export interface GuardSize {
  readonly ok: true;
  readonly amount: Decimal;
  readonly trigger: Decimal;
  readonly limit: Decimal | undefined;
}

const TARGET = { type: 'limit_maker', side: 'sell' } as const;

/** The take-profit's limit; undefined without one, and for one so far off that the exchange would not take it: it is watched here. */
function targetOf(
  price: number | undefined,
  instrument: Instrument,
  lastPrice: number,
): Decimal | undefined {
  if (price === undefined) return undefined;
  const limit = tickPrice(exactPrice(price), 'sell', instrument);
  return priceRefusal(limit, TARGET, instrument, lastPrice) === undefined ? limit : undefined;
}

/** As much of what is held as either leg may be, when the exchange takes such a stop at all. */
function guardAmount(
  trigger: Decimal,
  limit: Decimal | undefined,
  view: RiskView,
): Decimal | Refusal {
  const { instrument, lastPrice, position } = view;
  const shape = { type: 'stop', side: 'sell', reference: trigger } as const;
  const cut = exitCut(lotAmount(position.amount, instrument), shape, view);
  if (isRefusal(cut)) return cut;
  const most = limit && largestAmount({ ...TARGET, reference: limit }, instrument);
  const amount = most === undefined ? cut.amount : minOf(cut.amount, most);
  return (
    sizeRefusal(amount, shape, instrument) ??
    priceRefusal(trigger, shape, instrument, lastPrice) ??
    amount
  );
}

/**
 * What a guard would be now: all that is held and not being sold, or as much of it as one order may be; when that has begun to be
 * sold, the rest is sold here. `GUARD_REACHED` is only said of what could be guarded. Pure.
 */
export function sizeGuard(proposal: GuardProposal, view: RiskView): GuardSize | Refusal {
  const { instrument, lastPrice } = view;
  if (!view.armed) return refuse('NOT_ARMED');
  if (!isPrice(lastPrice)) return refuse('NO_PRICE', { symbol: instrument.symbol });
  const { stopPrice, targetPrice } = proposal;
  // Never later than asked: a stop rounds up to its tick, and so does what is sold above.
  const trigger = tickPrice(exactPrice(stopPrice), 'sell', instrument);
  const limit = targetOf(targetPrice, instrument, lastPrice);
  const amount = guardAmount(trigger, limit, view);
  if (isRefusal(amount)) return amount;
  if (trigger.gte(lastPrice) || limit?.lte(lastPrice) === true) {
    return refuse('GUARD_REACHED', {
      lastPrice,
      trigger: toText(trigger),
      target: limit === undefined ? 'none' : toText(limit),
    });
  }
  return { ok: true, amount, trigger, limit };
}
