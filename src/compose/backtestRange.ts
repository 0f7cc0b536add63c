/** From when to when a backtest goes. */
import { formatUtc, timeframeMs, type Millis } from '../core/domain/time.ts';
import type { TriedMarket } from './backtestHistory.ts';

export interface AskedRange {
  readonly fromMs?: Millis;
  readonly toMs?: Millis;
}

/** As far as all markets are there; what was left out for that is said. @throws Error `DATA_INVALID` when they never are. */
export function commonRange(
  markets: readonly TriedMarket[],
  asked: AskedRange,
  onRemark: ((text: string) => void) | undefined,
): { readonly fromMs: Millis; readonly toMs: Millis } {
  const { fromMs = -Infinity, toMs = Infinity } = asked;
  const ranges = markets.map(({ bars, detail }) => {
    const { columns, timeframe } = detail ?? bars;
    const [first = 0, last = 0] = [columns.openTime[0], columns.openTime.at(-1)];
    return { first, end: last + timeframeMs(timeframe) };
  });
  const from = Math.max(...ranges.map(({ first }) => first));
  const to = Math.min(...ranges.map(({ end }) => end));
  if (from >= to) throw new Error('DATA_INVALID: the data of the markets have no time in common');
  const isSame = ranges.every(({ first, end }) => first === from && end === to);
  if (isSame) return { fromMs, toMs };
  const common = { fromMs: Math.max(fromMs, from), toMs: Math.min(toMs, to) };
  if (common.fromMs > fromMs || common.toMs < toMs)
    onRemark?.(
      `all data is there from ${formatUtc(common.fromMs)} to ${formatUtc(common.toMs)}: that is gone through`,
    );
  return common;
}
