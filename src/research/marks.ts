/** The account after every bar: equity, what holding would have done, and how much of the equity was held. */
import type { Asset, MarketSymbol } from '../core/domain/ids.ts';
import { toFloat } from '../core/domain/decimal.ts';
import type { Millis } from '../core/domain/time.ts';
import type { EngineState } from '../core/engine/state.ts';
import { accountOf } from '../core/ledger/ledger.ts';
import { EquityCurve } from '../core/reporting/equityCurve.ts';
import { Thinned } from '../core/reporting/thinned.ts';

interface Marked {
  readonly symbol: MarketSymbol;
  /** NaN before the first bar. */
  readonly close: number;
}

interface MarketMark {
  readonly walk: Marked;
  readonly held: { readonly totalFloat: number };
  /** Share of all budgets that trades here. */
  readonly weight: number;
  /** NaN before the first bar that counts. */
  firstClose: number;
}

export class AccountMarks {
  readonly curve = new EquityCurve();
  /** With one market its price, with several what all budgets would be worth in their markets, as a part of what they were. */
  readonly holding = new EquityCurve();
  /** Equity and `holding`, at most some thousand points of them. */
  readonly samples = new Thinned();
  readonly #cash: { readonly totalFloat: number };
  readonly #markets: readonly MarketMark[];
  /** The only market, where there is one. */
  readonly #only: Marked | undefined;
  #exposureSum = 0;
  #marks = 0;

  /** @throws Error `INSTRUMENT_MISSING` */
  constructor({ ledger, markets, strategies }: EngineState, walks: readonly Marked[]) {
    const budgets = new Map<MarketSymbol, number>();
    for (const { spec } of strategies.values())
      budgets.set(spec.symbol, (budgets.get(spec.symbol) ?? 0) + toFloat(spec.budget));
    const all = [...budgets.values()].reduce((sum, budget) => sum + budget, 0);
    const quotes = new Set<Asset>();
    this.#markets = walks.map((walk) => {
      const instrument = markets.get(walk.symbol)?.instrument;
      if (!instrument) throw new Error(`INSTRUMENT_MISSING: ${walk.symbol}`);
      quotes.add(instrument.quote);
      return {
        walk,
        held: accountOf(ledger, instrument.base),
        weight: (budgets.get(walk.symbol) ?? 0) / all,
        firstClose: Number.NaN,
      };
    });
    this.#only = walks.length === 1 ? walks[0] : undefined;
    const [quote, other] = quotes;
    if (quote === undefined || other !== undefined)
      throw new Error('INSTRUMENT_MISSING: the markets of a run have one quote asset');
    this.#cash = accountOf(ledger, quote);
  }

  /** Mean share of the equity that was held, over all marks; NaN without one. */
  get exposure(): number {
    return this.#exposureSum / this.#marks;
  }

  get count(): number {
    return this.#marks;
  }

  firstClose(symbol: MarketSymbol): number {
    return this.#markets.find(({ walk }) => walk.symbol === symbol)?.firstClose ?? Number.NaN;
  }

  /** Marks everything by the last closes. Times ascend. */
  mark(at: Millis): void {
    this.#marks += 1;
    let held = 0;
    for (const market of this.#markets) {
      const { close } = market.walk;
      if (Number.isNaN(close)) continue;
      if (Number.isNaN(market.firstClose)) market.firstClose = close;
      held += market.held.totalFloat * close;
    }
    const equity = this.#cash.totalFloat + held;
    const holding = this.#holding();
    this.curve.mark(at, equity);
    this.holding.mark(at, holding);
    this.samples.add(at, equity, holding);
    this.#exposureSum += held / equity;
  }

  /** The last mark once more, after what was sold at it. */
  again(at: Millis): void {
    let equity = this.#cash.totalFloat;
    for (const { walk, held } of this.#markets)
      if (!Number.isNaN(walk.close)) equity += held.totalFloat * walk.close;
    this.curve.mark(at, equity);
    this.samples.add(at, equity, this.#holding());
  }

  #holding(): number {
    if (this.#only) return this.#only.close;
    let value = 0;
    for (const { walk, weight, firstClose } of this.#markets)
      value += weight * (Number.isNaN(firstClose) ? 1 : walk.close / firstClose);
    return value;
  }
}
