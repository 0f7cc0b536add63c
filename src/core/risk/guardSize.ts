/** What a guard of a position is in numbers that an exchange accepts. */
import { toText, type Decimal } from '../domain/decimal.ts';
import type { NoteInputs } from '../domain/notes.ts';
import { exitAmount, sizeRefusal } from './sizeChecks.ts';
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

/** What a guard would be now: all that is held and not being sold. `GUARD_REACHED` is only said of what could be guarded. Pure. */
export function sizeGuard(proposal: GuardProposal, view: RiskView): GuardSize | Refusal {
  const { instrument, lastPrice } = view;
  if (!view.armed) return refuse('NOT_ARMED');
  if (!isPrice(lastPrice)) return refuse('NO_PRICE', { symbol: instrument.symbol });
  const { stopPrice, targetPrice } = proposal;
  // Never later than asked: a stop rounds up to its tick, and so does what is sold above.
  const trigger = tickPrice(exactPrice(stopPrice), 'sell', instrument);
  const limit =
    targetPrice === undefined ? undefined : tickPrice(exactPrice(targetPrice), 'sell', instrument);
  const amount = exitAmount(lotAmount(view.position.amount, instrument), view);
  if (isRefusal(amount)) return amount;
  const tooSmall = sizeRefusal(amount, trigger, instrument);
  if (tooSmall) return tooSmall;
  if (trigger.gte(lastPrice) || limit?.lte(lastPrice) === true) {
    return refuse('GUARD_REACHED', {
      lastPrice,
      trigger: toText(trigger),
      target: limit === undefined ? 'none' : toText(limit),
    });
  }
  return { ok: true, amount, trigger, limit };
}
