/** Words about stored candles. */
import type { Gap } from '../../../core/domain/barColumns.ts';
import type { StoreResult } from '../../../ports/candleStore.ts';
import { utc } from './values.ts';

/** The longest gaps are named. */
const GAPS_SHOWN = 3;

/** Digits in groups of three. */
export function numberText(value: number): string {
  return String(value).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/gu, ',');
}

export function storeText({ added, known, differing }: StoreResult): string {
  const parts = [`${numberText(added)} bars added`];
  if (known > 0) parts.push(`${numberText(known)} were there`);
  const [first] = differing;
  if (first !== undefined)
    parts.push(
      `${numberText(differing.length)} stood there with other numbers and were ${first.replaced ? 'replaced' : 'kept; --replace takes the new ones'}, the first of ${utc(first.openTime)}`,
    );
  return parts.join(', ');
}

/** Begins with a separator; empty without gaps. */
export function gapText(gaps: readonly Gap[]): string {
  if (gaps.length === 0) return '';
  const missing = gaps.reduce((sum, { bars }) => sum + bars, 0);
  const longest = [...gaps].sort((a, b) => b.bars - a.bars).slice(0, GAPS_SHOWN);
  const named = longest.map(({ from, bars }) => `${numberText(bars)} from ${utc(from)}`);
  return `; ${numberText(missing)} are missing in ${numberText(gaps.length)} gaps, the longest: ${named.join(', ')}`;
}
