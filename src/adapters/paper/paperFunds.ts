/** What orders lock, what executions bring and take, and what the account can pay for. */
import { divide, minOf, ZERO, type Decimal } from '../../core/domain/decimal.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import { feeOf, type Fee, type FeeAsset } from '../../core/matching/fees.ts';
import type { Execution } from '../../core/matching/waiting.ts';
import type { PaperAccount } from './paperAccount.ts';
import type { PaperOrder } from './paperOrder.ts';

export class PaperFunds {
  readonly #account: PaperAccount;
  readonly #instrument: Instrument;
  readonly #feeIn: FeeAsset;

  constructor(account: PaperAccount, instrument: Instrument, feeIn: FeeAsset) {
    this.#account = account;
    this.#instrument = instrument;
    this.#feeIn = feeIn;
  }

  /** What an open order keeps locked: what it sells, or what it may still pay. A pair locks once, with its stop. */
  needOf(order: PaperOrder): Decimal {
    const { side, type, partner, remaining } = order;
    if (partner !== undefined && type !== 'stop') return ZERO;
    if (side === 'sell') return remaining;
    return this.#withFee((order.price ?? order.referencePrice).times(remaining));
  }

  /** Locks what the order needs now. */
  lock(order: PaperOrder, need = this.needOf(order)): void {
    this.#account.relock(order.lockAsset, order.locked, need);
    order.locked = need;
  }

  /** Moves what an execution moves; returns its fee. */
  settle({ order, price, amount, liquidity }: Execution<PaperOrder>): Fee {
    const { base, quote } = this.#instrument;
    const { side } = order;
    const fee = feeOf({ side, price, amount, liquidity }, this.#instrument, this.#feeIn);
    const notional = price.times(amount);
    this.#account.receive(side === 'buy' ? base : quote, side === 'buy' ? amount : notional);
    this.#account.pay(side === 'buy' ? quote : base, side === 'buy' ? notional : amount);
    this.#account.pay(fee.asset, fee.amount);
    return fee;
  }

  /** A market buy may turn out dearer than what it locked: it gets what the free balance pays for. */
  affordable(order: PaperOrder, price: Decimal, amount: Decimal): Decimal {
    if (order.side === 'sell') return amount;
    const { lotSize } = this.#instrument;
    const unitCost = this.#withFee(price);
    const available = this.#account.available(order.lockAsset, order.locked);
    if (unitCost.times(amount).lte(available)) return amount;
    const lots = divide(available, unitCost.times(lotSize), 0, 'down');
    return minOf(amount, lots.times(lotSize));
  }

  /** What a buy pays for a notional: more where the fee comes on top in quote. */
  #withFee(notional: Decimal): Decimal {
    return this.#feeIn === 'quote'
      ? notional.plus(notional.times(this.#instrument.takerFee))
      : notional;
  }
}
