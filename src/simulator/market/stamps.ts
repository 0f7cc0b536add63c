/** The times that a market's bars and trades are shown with. */
import type { AccountTrade } from '../engine/types.ts';
import type { Market } from './market.ts';
import type { World } from './world.ts';

/** Market time that bars are shown as of. */
export function candleNowMs({ stamps }: Market, nowMs: number): number {
  return nowMs - stamps.candleLateMs;
}

/** The time that a trade is shown with: of three decimals, and never a whole number, where there are fractions. */
export function tradeTimeMs(
  { stamps }: Market,
  { id, timeMs }: { readonly id: number; readonly timeMs: number },
): number {
  if (!stamps.hasFractions) return timeMs;
  const thousandths = 1 + ((id * 137) % 999);
  return Number(`${String(timeMs)}.${String(thousandths).padStart(3, '0')}`);
}

/** A fill with the time that it is shown with. */
export function stampedFill(world: World, fill: AccountTrade): AccountTrade {
  const market = world.market(fill.instrument.id);
  return market.stamps.hasFractions ? { ...fill, timeMs: tradeTimeMs(market, fill) } : fill;
}
