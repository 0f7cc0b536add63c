/**
 * The books: balances per asset and positions per strategy, moved by fills, adopted transfers and what is booked into and out of
 * positions alone, exact to the last digit.
 * Next to each exact number stands its float, so that marking to market on every bar costs no decimal work.
 */
import { add, dec, maxOf, subtract, toFloat, ZERO, type Decimal } from '../domain/decimal.ts';
import type { Balance } from '../domain/fill.ts';
import type { Asset, MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type {
  AttributedFill,
  BookedTransfer,
  Booking,
  LedgerBalance,
  Position,
  Transfer,
} from '../domain/position.ts';
import {
  allDust,
  averagePriceOf,
  costShare,
  flatPosition,
  positionAfter,
  positionAfterTransfer,
} from './accounting.ts';

/** Balance of one asset. One object per asset for the ledger's life: it may be held and read at any time. */
export interface Account {
  readonly asset: Asset;
  readonly opening: Decimal;
  deposited: Decimal;
  total: Decimal;
  /** `total` as a float. */
  totalFloat: number;
}

/** What one strategy holds of one market. One object for the ledger's life: it may be held and read at any time. */
export interface Holding {
  /** Replaced by a new object on each fill. */
  position: Position;
  /** `position.amount` as a float. */
  amountFloat: number;
  /** Average price paid, NaN when flat. */
  averagePrice: number;
  /** Of the amount, what the account does not have as far as is known: it can be neither sold nor guarded. */
  absent: Decimal;
}

/** Every asset and every position of one account. Change it only through this file. */
export interface Ledger {
  readonly accounts: Map<Asset, Account>;
  /** By strategy, then by market. */
  readonly holdings: Map<StrategyId, Map<MarketSymbol, Holding>>;
}

/** A balance to begin with. */
export interface Opening {
  readonly asset: Asset;
  readonly amount: Decimal;
}

/** Where the exchange and the ledger differ. */
export interface BalanceDifference {
  readonly asset: Asset;
  readonly exchange: Decimal;
  readonly ledger: Decimal;
  /** exchange − ledger. */
  readonly difference: Decimal;
}

/** Value of everything held. */
export interface Equity {
  /** Quote. */
  readonly value: Decimal;
  /** Assets held without a known price; they count nothing in `value`. */
  readonly unpriced: readonly Asset[];
}

/** A ledger with these balances and no positions. */
export function createLedger(openings: readonly Opening[]): Ledger {
  return restoreLedger(
    openings.map(({ asset, amount }) => ({
      asset,
      opening: amount,
      deposited: ZERO,
      total: amount,
    })),
    [],
  );
}

/** The ledger that the journal remembers. */
export function restoreLedger(
  balances: readonly LedgerBalance[],
  positions: readonly Position[],
): Ledger {
  const ledger: Ledger = { accounts: new Map(), holdings: new Map() };
  for (const { asset, opening, deposited, total } of balances) {
    ledger.accounts.set(asset, { asset, opening, deposited, total, totalFloat: total.toNumber() });
  }
  for (const position of positions) {
    keep(holdingOf(ledger, position.strategyId, position.symbol), position);
  }
  return ledger;
}

/** The account of an asset; opened at zero when there is none yet. */
export function accountOf(ledger: Ledger, asset: Asset): Account {
  let account = ledger.accounts.get(asset);
  if (account === undefined) {
    account = { asset, opening: ZERO, deposited: ZERO, total: ZERO, totalFloat: 0 };
    ledger.accounts.set(asset, account);
  }
  return account;
}

/** What a strategy holds of a market; flat when there is nothing yet. */
export function holdingOf(ledger: Ledger, strategyId: StrategyId, symbol: MarketSymbol): Holding {
  let bySymbol = ledger.holdings.get(strategyId);
  if (bySymbol === undefined) {
    bySymbol = new Map();
    ledger.holdings.set(strategyId, bySymbol);
  }
  let holding = bySymbol.get(symbol);
  if (holding === undefined) {
    holding = {
      position: flatPosition(strategyId, symbol),
      amountFloat: 0,
      averagePrice: Number.NaN,
      absent: ZERO,
    };
    bySymbol.set(symbol, holding);
  }
  return holding;
}

/** Of what a position says, what is there to be sold. */
export function presentOf({ position, absent }: Holding): Decimal {
  // ZERO itself nearly always, which costs no arithmetic.
  return absent === ZERO ? position.amount : subtract(position.amount, absent);
}

/**
 * Books one fill: base, quote and fee each in its own asset, and the strategy's position. The caller passes each trade id
 * once. Returns the holding as it now stands; the assets that changed are the instrument's two and those of the fill's fees.
 */
export function applyFill(
  ledger: Ledger,
  attributed: AttributedFill,
  instrument: Instrument,
): Holding {
  const { fill, strategyId } = attributed;
  const notional = fill.price.times(fill.amount);
  const isBuy = fill.side === 'buy';
  move(ledger, instrument.base, isBuy ? add : subtract, fill.amount);
  move(ledger, instrument.quote, isBuy ? subtract : add, notional);
  if (!fill.fee.isZero()) move(ledger, fill.feeAsset, subtract, fill.fee);
  if (fill.moreFees) for (const fee of fill.moreFees) move(ledger, fee.asset, subtract, fee.amount);
  const holding = holdingOf(ledger, strategyId, fill.symbol);
  keep(holding, positionAfter(holding.position, fill, instrument));
  return holding;
}

/** Books money that came or went without a trade. Positions stay what their fills made them. */
export function applyTransfer(ledger: Ledger, { asset, amount }: Transfer): Account {
  move(ledger, asset, add, amount);
  const account = accountOf(ledger, asset);
  account.deposited = add(account.deposited, amount);
  return account;
}

/** Books an amount into or out of a position. No balance changes: that coins came or went is a transfer, or a fill. */
export function applyBooking(
  ledger: Ledger,
  request: Booking & Pick<BookedTransfer, 'at'>,
  instrument: Instrument,
): { readonly transfer: BookedTransfer; readonly holding: Holding } {
  const holding = holdingOf(ledger, request.strategyId, request.symbol);
  const { position } = holding;
  const { amount } = request;
  const share = (): Decimal =>
    amount.isNegative() ? costShare(position, amount.neg()).neg() : ZERO;
  const transfer = { ...request, cost: request.cost ?? share(), afterFills: position.fills };
  keep(holding, positionAfterTransfer(position, transfer, instrument));
  // What goes is what was known to be missing, as far as that goes.
  if (amount.isNegative() && holding.absent !== ZERO)
    holding.absent = maxOf(add(holding.absent, amount), ZERO);
  return { transfer, holding };
}

/** All of a position becomes dust: no order can sell it as the market stands. */
export function makeDust(holding: Holding): Holding {
  keep(holding, allDust(holding.position));
  return holding;
}

/** Every balance, for the journal. */
export function balancesOf(ledger: Ledger): LedgerBalance[] {
  return [...ledger.accounts.values()].map(({ asset, opening, deposited, total }) => ({
    asset,
    opening,
    deposited,
    total,
  }));
}

/**
 * Everything held, in quote. `priceOf` gives quote per unit of an asset, 1 for the quote asset itself, and undefined or NaN
 * where none is known.
 */
export function equity(ledger: Ledger, priceOf: (asset: Asset) => number | undefined): Equity {
  let value = ZERO;
  const unpriced: Asset[] = [];
  for (const { asset, total } of ledger.accounts.values()) {
    if (total.isZero()) continue;
    const price = priceOf(asset);
    if (price === undefined || !Number.isFinite(price)) unpriced.push(asset);
    else value = value.plus(total.times(dec(price)));
  }
  return { value, unpriced };
}

/**
 * Where the exchange's balances (free + locked) are not exactly the ledger's. Only assets the ledger knows are compared: what
 * else lies in the account is not ours. An asset the exchange does not list counts as zero there.
 */
export function diffBalances(ledger: Ledger, balances: readonly Balance[]): BalanceDifference[] {
  const totals = new Map(balances.map(({ asset, free, locked }) => [asset, free.plus(locked)]));
  const differences: BalanceDifference[] = [];
  for (const { asset, total } of ledger.accounts.values()) {
    const exchange = totals.get(asset) ?? ZERO;
    const difference = exchange.minus(total);
    if (!difference.isZero()) differences.push({ asset, exchange, ledger: total, difference });
  }
  return differences;
}

function move(ledger: Ledger, asset: Asset, by: typeof add, amount: Decimal): void {
  const account = accountOf(ledger, asset);
  account.total = by(account.total, amount);
  account.totalFloat = toFloat(account.total);
}

function keep(holding: Holding, position: Position): void {
  holding.position = position;
  holding.amountFloat = toFloat(position.amount);
  holding.averagePrice = averagePriceOf(position);
}
