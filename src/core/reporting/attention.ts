/** Conditions as words. */
import {
  ATTENTION,
  type AttentionCode,
  type AttentionRule,
  type Condition,
} from '../domain/attention.ts';
import { formatUtc, type Millis } from '../domain/time.ts';
import { fill } from './explain.ts';

/** One entry of `attention` in the status document. */
export interface AttentionItem {
  readonly code: string;
  /** RFC 3339; null where that clock has nothing to do with it. At least one of the two is known. */
  readonly since_market: string | null;
  readonly since_wall: string | null;
  readonly symbol: string | null;
  readonly strategy: string | null;
  readonly order: string | null;
  readonly text: string;
  /** What to do. */
  readonly action: string;
  readonly command: string | null;
}

const IMPORTANCE = new Map(Object.keys(ATTENTION).map((code, index) => [code, index]));

/** The condition for people and scripts. @param seenWall when this run saw it first: stands where it knows no time of its own. */
export function attentionItem(condition: Condition, seenWall: Millis): AttentionItem {
  const { code, symbol, strategy, order, sinceMarket, sinceWall } = condition;
  const { text, action, command }: AttentionRule = ATTENTION[code];
  const inputs = {
    ...condition.inputs,
    ...(symbol !== undefined && { symbol }),
    ...(strategy !== undefined && { strategy }),
    ...(order !== undefined && { order }),
  };
  const wall = sinceWall ?? (sinceMarket === undefined ? seenWall : undefined);
  return {
    code,
    since_market: timeText(sinceMarket),
    since_wall: timeText(wall),
    symbol: symbol ?? null,
    strategy: strategy ?? null,
    order: order ?? null,
    text: fill(text, inputs),
    action: fill(action, inputs),
    command: command === undefined ? null : fill(command, inputs),
  };
}

/** The most important first, by the catalogue; within a code in the order they came. */
export function byImportance(
  a: { readonly code: AttentionCode },
  b: { readonly code: AttentionCode },
): number {
  return (IMPORTANCE.get(a.code) ?? 0) - (IMPORTANCE.get(b.code) ?? 0);
}

/** What makes a condition the same one at the next reading. */
export function conditionKey({ code, symbol, strategy, order }: Condition): string {
  return [code, symbol ?? '', strategy ?? '', order ?? ''].join('|');
}

function timeText(ms: Millis | undefined): string | null {
  return ms === undefined ? null : formatUtc(ms);
}
