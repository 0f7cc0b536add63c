/** What a check of a strategy's fitness is told and says. */
import type { Decimal } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';

/** What is known of the market that a strategy trades. */
export interface MarketFacts {
  readonly instrument: Instrument;
  /** NaN when none is known. */
  readonly lastPrice: number;
}

/** What a check may know besides the spec. */
export interface FitFacts {
  /** Absent where the exchange was not asked. */
  readonly market?: MarketFacts | undefined;
  /** Most quote that all strategies together may have at work. */
  readonly maxTotalExposure?: Decimal | undefined;
  /** Taker fee as a fraction where no market says; absent: what most exchanges take of a small account. */
  readonly takerFee?: Decimal | undefined;
}

export interface Misfit {
  /** The key of the file that it is about. */
  readonly key: string;
  readonly problem: string;
  /** cannot: it never trades like this · doubtful: it does, and most likely to nobody's gain. */
  readonly severity: 'cannot' | 'doubtful';
}
