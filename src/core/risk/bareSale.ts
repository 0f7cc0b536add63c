/** How an account's coins are sold when no books say whose they are: as much as one order takes, as often as it takes. Pure. */
import { dec, floorToStep, ZERO, type Decimal } from '../domain/decimal.ts';
import type { ClientOrderId, IntentId } from '../domain/ids.ts';
import { strategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { stepFor } from '../domain/orderSize.ts';
import type { Millis } from '../domain/time.ts';
import { approveBareSale, type Approval } from './approve.ts';
import { firstPart, largestAmount } from './marketRules.ts';
import { refuse } from './view.ts';

export interface BareSaleWish {
  readonly instrument: Instrument;
  /** Free base in the account. */
  readonly free: Decimal;
  /** Last price; 0 when it is not known: then no rule about values is held against the order. */
  readonly lastPrice: number;
  readonly intentId: IntentId;
  readonly clientOrderId: ClientOrderId;
  readonly sequence: number;
  readonly at: Millis;
}

/** Stands where a strategy's name would. */
const NOBODY = strategyId('panic');

/** The next order on the way to nothing; refused when what is left is too little for one. */
export function bareSale(wish: BareSaleWish): Approval {
  const { instrument, free, lastPrice, intentId, clientOrderId, sequence, at } = wish;
  const isPriced = lastPrice > 0;
  const reference = isPriced ? dec(lastPrice) : ZERO;
  const rules = isPriced ? instrument : withoutValues(instrument);
  const shape = { type: 'market', side: 'sell', reference } as const;
  const whole = floorToStep(free, stepFor('market', rules));
  if (whole.isZero()) return refuse('NOTHING_TO_EXIT');
  const amount = firstPart(whole, largestAmount(shape, rules), shape, rules);
  const { symbol } = instrument;
  return approveBareSale(
    {
      ...{ intentId, clientOrderId, sequence, strategyId: NOBODY, symbol, side: 'sell' },
      ...{ type: 'market', purpose: 'exit', amount, referencePrice: reference },
      ...{ reason: 'OPERATOR_EXIT', inputs: {}, tag: 'panic', createdAt: at },
    },
    rules,
  );
}

function withoutValues(instrument: Instrument): Instrument {
  const { maxNotional: _max, marketMaxNotional: _marketMax, ...rest } = instrument;
  return { ...rest, minNotional: ZERO };
}
