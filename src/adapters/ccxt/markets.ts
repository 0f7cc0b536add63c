import { ZERO } from '../../core/domain/decimal.ts';
import type { Decimal } from '../../core/domain/decimal.ts';
import { asset } from '../../core/domain/ids.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Instrument } from '../../core/domain/instrument.ts';
import { withDeadline } from './deadline.ts';
import { describe } from './errors.ts';
import type { LaneName } from './lane.ts';
import { unifiedFilters } from './quirks/filters.ts';
import type { Session } from './session.ts';
import type { CcxtExchange } from './types.ts';
import { decimalOf, field, textOf } from './values.ts';

const FEE_DEADLINE_MS = 10_000;
/** How many near symbols an error names. */
const NEAR_MAX = 5;

/**
 * Trading rules and fees, read from the exchange again at each call.
 * @throws Error `SYMBOL_UNKNOWN` naming the symbol and near ones · `GATEWAY_FAILED`
 */
export async function readInstruments(
  session: Session,
  lane: LaneName,
  symbols: readonly MarketSymbol[],
): Promise<readonly Instrument[]> {
  const { exchange } = await session.reload(lane, symbols);
  const { quirks } = session;
  const markets = symbols.map((symbol) => marketOf(exchange, symbol, session.listed));
  const [first] = symbols;
  const asked = first === undefined ? undefined : quirks?.exchangeFilters?.(exchange, first);
  const inAll = asked && (await withDeadline(session.options.clock, FEE_DEADLINE_MS, asked));
  const instruments: Instrument[] = [];
  for (const [index, symbol] of symbols.entries()) {
    const market = markets[index];
    instruments.push({
      ...rulesOf(market, symbol),
      ...unifiedFilters(market),
      ...quirks?.filtersOf?.(market),
      ...inAll,
      triggers: quirks?.orders.triggersOf(market) ?? 'none',
      ...(await feesOf(session, exchange, { symbol, market })),
    });
  }
  return instruments;
}

function marketOf(
  exchange: CcxtExchange,
  symbol: MarketSymbol,
  listed: readonly string[],
): unknown {
  if (!listed.includes(symbol)) {
    const near = nearest(symbol, listed);
    const hint = near.length === 0 ? '' : ` Near ones: ${near.join(', ')}.`;
    throw new Error(`SYMBOL_UNKNOWN: ${exchange.id} lists no spot market ${symbol}.${hint}`);
  }
  const market = exchange.market(symbol);
  if (field(market, 'spot') !== true)
    throw new Error(
      `SYMBOL_UNKNOWN: ${symbol} is no spot market at ${exchange.id}; only spot is traded.`,
    );
  if (field(market, 'active') === false)
    throw new Error(
      `SYMBOL_UNKNOWN: ${exchange.id} has halted or delisted ${symbol}; leave it out for now.`,
    );
  return market;
}

/** Same base first, then same quote; within these by spelling. */
function nearest(symbol: string, listed: readonly string[]): readonly string[] {
  const [base = '', quote = ''] = symbol.toUpperCase().split(/[/\-_]/);
  const rank = (other: string): number => {
    const [otherBase = '', otherQuote = ''] = other.split('/');
    if (otherBase + otherQuote === base + quote) return 0;
    if (otherBase === base) return otherQuote.startsWith(quote.slice(0, 3)) ? 1 : 2;
    return otherQuote === quote && base !== '' && otherBase.startsWith(base.slice(0, 2)) ? 3 : 4;
  };
  return listed
    .filter((other) => rank(other) < 4)
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .slice(0, NEAR_MAX);
}

/** ccxt's precisions are steps (its TICK_SIZE mode) at every exchange that has a file in quirks/. */
function rulesOf(
  market: unknown,
  symbol: MarketSymbol,
): Omit<Instrument, 'makerFee' | 'takerFee' | 'triggers'> {
  const step = (name: string): Decimal => {
    const value = decimalOf(field(field(market, 'precision'), name));
    if (value?.gt(0) !== true) throw new Error(`GATEWAY_FAILED: ${symbol} has no ${name} step`);
    return value;
  };
  const limit = (name: string, end: 'min' | 'max'): Decimal | undefined =>
    decimalOf(field(field(field(market, 'limits'), name), end));
  const maxAmount = limit('amount', 'max');
  return {
    symbol,
    base: asset(textOf(field(market, 'base')) ?? ''),
    quote: asset(textOf(field(market, 'quote')) ?? ''),
    tickSize: step('price'),
    lotSize: step('amount'),
    minAmount: limit('amount', 'min') ?? ZERO,
    ...(maxAmount?.gt(0) === true ? { maxAmount } : {}),
    minNotional: limit('cost', 'min') ?? ZERO,
  };
}

/** The account's own fees; without a key, or where the exchange does not serve them, what ccxt knows of the exchange's list. */
async function feesOf(
  session: Session,
  exchange: CcxtExchange,
  { symbol, market }: { readonly symbol: MarketSymbol; readonly market: unknown },
): Promise<Pick<Instrument, 'makerFee' | 'takerFee'>> {
  const listed = readFees(market);
  if (session.options.credentials === undefined) return listed ?? missingFees(symbol);
  try {
    const own = readFees(
      await withDeadline(session.options.clock, FEE_DEADLINE_MS, exchange.fetchTradingFee(symbol)),
    );
    if (own !== undefined) return own;
  } catch (error) {
    const reason = describe(error, session.secrets);
    session.options.logger.warn(
      { symbol, error: reason },
      "the account's fees are not available, using the exchange's list",
    );
  }
  return listed ?? missingFees(symbol);
}

function readFees(source: unknown): Pick<Instrument, 'makerFee' | 'takerFee'> | undefined {
  const makerFee = decimalOf(field(source, 'maker'));
  const takerFee = decimalOf(field(source, 'taker'));
  return makerFee === undefined || takerFee === undefined ? undefined : { makerFee, takerFee };
}

function missingFees(symbol: MarketSymbol): never {
  throw new Error(`GATEWAY_FAILED: the fees of ${symbol} are not known`);
}
