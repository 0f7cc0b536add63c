/** Branded identifiers: a strategy id is not an order id, and the compiler says so. */

declare const brand: unique symbol;

/** A string that only the matching constructor may produce. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Unified market symbol, `BASE/QUOTE`, as ccxt spells it: `BTC/USDT`. */
export type MarketSymbol = Branded<'MarketSymbol'>;
/** Asset code, upper case: `BTC`. */
export type Asset = Branded<'Asset'>;
/** The `id` of a strategy file: lower case letters, digits and hyphens. */
export type StrategyId = Branded<'StrategyId'>;
/** One wish to trade, unique for ever within an instance: `<instance>-<sequence>`. */
export type IntentId = Branded<'IntentId'>;
/** The id we give the exchange: `x` + 17 base32 characters, a pure hash of the intent. */
export type ClientOrderId = Branded<'ClientOrderId'>;
/** The id the exchange gives. */
export type ExchangeOrderId = Branded<'ExchangeOrderId'>;
/** The exchange's id of one execution, unique per symbol. */
export type TradeId = Branded<'TradeId'>;

export const marketSymbol = (text: string): MarketSymbol => text as MarketSymbol;
export const asset = (text: string): Asset => text as Asset;
export const strategyId = (text: string): StrategyId => text as StrategyId;
export const intentId = (text: string): IntentId => text as IntentId;
export const clientOrderId = (text: string): ClientOrderId => text as ClientOrderId;
export const exchangeOrderId = (text: string): ExchangeOrderId => text as ExchangeOrderId;
export const tradeId = (text: string): TradeId => text as TradeId;
