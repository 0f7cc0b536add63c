/** What a stop comes to, market by market, for whoever asked for it. */
import { isAboveZero, toText, ZERO, type Decimal } from '../core/domain/decimal.ts';
import { feesOf } from '../core/domain/fill.ts';
import type { AttributedFill } from '../core/domain/position.ts';
import type { MarketSymbol, StrategyId } from '../core/domain/ids.ts';
import type { StepOutput } from '../core/engine/output.ts';
import type { Session } from './session.ts';

/** Amounts are exact decimals as text. */
export interface MarketFarewell {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Orders that ended cancelled. */
  readonly cancelled: number;
  /** In base; `soldFor` in quote, before fees. */
  readonly sold: string;
  readonly soldFor: string;
  /** In base; what still filled while orders were being cancelled. `boughtFor` in quote, before fees. */
  readonly bought: string;
  readonly boughtFor: string;
  /** Of all of these, by asset. */
  readonly fees: Readonly<Record<string, string>>;
  /** Base that strategies still hold. */
  readonly left: string;
}

interface Side {
  amount: Decimal;
  quote: Decimal;
}

interface Tally {
  cancelled: number;
  readonly sell: Side;
  readonly buy: Side;
  readonly fees: Map<string, Decimal>;
}

export class Farewell {
  readonly #session: Session;
  readonly #only: ReadonlySet<StrategyId> | undefined;
  /** Counts no further. */
  readonly end: () => void;
  readonly #tallies = new Map<MarketSymbol, Tally>();

  /** Counts from now on. @param only strategies; absent: all. */
  constructor(session: Session, only?: ReadonlySet<StrategyId>) {
    this.#session = session;
    this.#only = only;
    this.end = session.onStep((output) => {
      this.#count(output);
    });
  }

  /** Markets where something happened or something is left, as they are listed. */
  read(): readonly MarketFarewell[] {
    const { markets } = this.#session.state;
    return [...markets.values()].flatMap(({ instrument: { symbol, base, quote } }) => {
      const tally = this.#tallies.get(symbol);
      const left = this.#leftOf(symbol);
      if (!tally && left.isZero()) return [];
      const { cancelled, sell, buy, fees } = tally ?? newTally();
      return [
        {
          ...{ symbol, base, quote, cancelled, left: toText(left) },
          ...{ sold: toText(sell.amount), soldFor: toText(sell.quote) },
          ...{ bought: toText(buy.amount), boughtFor: toText(buy.quote) },
          fees: Object.fromEntries([...fees].map(([asset, fee]) => [asset, toText(fee)])),
        },
      ];
    });
  }

  #count({ transitions, orders, fills }: StepOutput): void {
    for (const { intentId, to } of transitions) {
      if (to !== 'CANCELLED') continue;
      const order = orders.find(({ intent }) => intent.intentId === intentId);
      if (order && this.#isMeant(order.intent.strategyId))
        this.#tallyOf(order.intent.symbol).cancelled += 1;
    }
    for (const attributed of fills)
      if (this.#isMeant(attributed.strategyId)) this.#fill(attributed);
  }

  #isMeant(strategy: StrategyId): boolean {
    return this.#only?.has(strategy) !== false;
  }

  #fill({ fill }: AttributedFill): void {
    const { symbol, side, amount, price } = fill;
    const tally = this.#tallyOf(symbol);
    const into = tally[side];
    into.amount = into.amount.plus(amount);
    into.quote = into.quote.plus(amount.times(price));
    for (const { asset, amount: fee } of feesOf(fill))
      tally.fees.set(asset, (tally.fees.get(asset) ?? ZERO).plus(fee));
  }

  #tallyOf(symbol: MarketSymbol): Tally {
    const known = this.#tallies.get(symbol);
    if (known) return known;
    const tally = newTally();
    this.#tallies.set(symbol, tally);
    return tally;
  }

  #leftOf(symbol: MarketSymbol): Decimal {
    let left = ZERO;
    for (const { spec, holding } of this.#session.state.strategies.values())
      if (spec.symbol === symbol && this.#isMeant(spec.id) && isAboveZero(holding.position.amount))
        left = left.plus(holding.position.amount);
    return left;
  }
}

function newTally(): Tally {
  const side = (): Side => ({ amount: ZERO, quote: ZERO });
  return { cancelled: 0, sell: side(), buy: side(), fees: new Map() };
}
