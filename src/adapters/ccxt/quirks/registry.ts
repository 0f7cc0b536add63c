import { DAY_MS } from '../../../core/domain/time.ts';
import { binance } from './binance.ts';
import { bybit } from './bybit.ts';
import { genericQuirks } from './generic.ts';
import { okx } from './okx.ts';
import type { ExchangeQuirks } from './quirks.ts';
import { coinbaseRules } from './rules/coinbase.ts';
import { gateRules } from './rules/gate.ts';
import { krakenRules } from './rules/kraken.ts';
import { kucoinRules } from './rules/kucoin.ts';

const SPOT = { defaultType: 'spot', fetchMarkets: { types: ['spot'] } } as const;

/** Another exchange is one more file in rules/ and one more line here. */
const QUIRKS: readonly ExchangeQuirks[] = [
  binance,
  okx,
  bybit,
  // "Get Trades History": 50 at a time, of all markets together, from after a whole second on. Its rows name a market by another name than the list's id.
  {
    ...genericQuirks(krakenRules, {}, { size: 50, leadMs: 1_000 }),
    marketOptions: ['marketsByAltname'],
  },
  // The other accounts it knows do not tell what open orders hold.
  genericQuirks(coinbaseRules, { fetchBalance: 'v3PrivateGetBrokerageAccounts' }),
  // "Get Trade History": at most 7 days between start and end; ccxt asks older accounts for the default of 50.
  genericQuirks(kucoinRules, SPOT, { size: 50, windowMs: 7 * DAY_MS }),
  // "Query personal trading records": from and to at most 30 days apart.
  genericQuirks(gateRules, SPOT, { windowMs: 30 * DAY_MS }),
];

/** The rules of every exchange that can be traded at; the reference is made from them. */
export const ORDER_RULES = QUIRKS.map(({ rules }) => rules);

export function quirksOf(exchangeId: string): ExchangeQuirks | undefined {
  return QUIRKS.find((quirks) => quirks.id === exchangeId);
}

/** Names of the exchanges that can be traded at. */
export function supportedExchanges(): readonly string[] {
  return QUIRKS.map((quirks) => quirks.id);
}
