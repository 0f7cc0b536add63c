/** What a stop came to, for people and for programs. */
import type { MarketFarewell } from '../../../runtime/farewell.ts';
import { money } from './values.ts';

/** `BTC/USDT: 10 orders cancelled, sold 0.012 BTC for 741.20 USDT, still held 0.00000123 BTC`. */
export function farewellLine(market: MarketFarewell): string {
  const { symbol, base, quote, cancelled, sold, soldFor, bought, boughtFor, left } = market;
  const words = [
    ...(cancelled === 0 ? [] : [`${cancelled} ${cancelled === 1 ? 'order' : 'orders'} cancelled`]),
    ...(bought === '0' ? [] : [`bought ${bought} ${base} for ${money(boughtFor)} ${quote}`]),
    ...(sold === '0' ? [] : [`sold ${sold} ${base} for ${money(soldFor)} ${quote}`]),
    ...(left === '0' ? [] : [`still held ${left} ${base}`]),
  ];
  return `${symbol}: ${words.length === 0 ? 'nothing' : words.join(', ')}`;
}

/** The same as fields of a document; amounts are exact. */
export function farewellRow(market: MarketFarewell): Readonly<Record<string, unknown>> {
  const { symbol, base, quote, cancelled, sold, soldFor, bought, boughtFor, fees, left } = market;
  return {
    ...{ symbol, base, quote, cancelled_orders: cancelled },
    ...{ sold, sold_for: soldFor, bought, bought_for: boughtFor },
    ...{ fees, left },
  };
}
