import { binance } from './binance.ts';
import type { ExchangeQuirks } from './quirks.ts';

/** Another exchange is one more file and one more name here. */
const QUIRKS: readonly ExchangeQuirks[] = [binance];

export function quirksOf(exchangeId: string): ExchangeQuirks | undefined {
  return QUIRKS.find((quirks) => quirks.id === exchangeId);
}

/** Names of the exchanges that can be traded at. */
export function supportedExchanges(): readonly string[] {
  return QUIRKS.map((quirks) => quirks.id);
}
