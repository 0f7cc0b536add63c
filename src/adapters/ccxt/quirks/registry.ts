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
  genericQuirks(krakenRules, {}),
  genericQuirks(coinbaseRules, {}),
  genericQuirks(kucoinRules, {}),
  genericQuirks(gateRules, SPOT),
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
