/** Which order of one run is which of the other. */
import { isGuard } from '../../core/domain/order.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { TracedOrder } from './trace.ts';

/** An order of one run and the same one of the other; one of them is there. */
export interface Pair {
  readonly live: TracedOrder | undefined;
  readonly backtest: TracedOrder | undefined;
}

/** What is decided within bars need not fall into the same bar: that many apart it is still the same order. */
const BARS_APART_MAX = 5;

/** What an order is for. Guards, and what the engine sells itself, are one role each: which of the two sold is chance. */
export function roleOf({ intent }: TracedOrder): string {
  const { type, reason, side, tag } = intent;
  if (type === 'stop' || reason === 'STOP_LOSS') return 'stop';
  if (isGuard(intent) || reason === 'TAKE_PROFIT') return 'target';
  if (reason === 'OPERATOR_EXIT') return 'operator';
  return tag === '' ? side : `${side} ${tag}`;
}

/**
 * Of what strategies ask for themselves every order counts; of guards and of what the engine sells only those that traded, because
 * they are made and taken back all the time.
 */
export function pairsOf(
  live: readonly TracedOrder[],
  backtest: readonly TracedOrder[],
  lengthMs: (symbol: MarketSymbol) => number,
): Pair[] {
  const places = new Map<string, { live: TracedOrder[]; backtest: TracedOrder[] }>();
  const put = (order: TracedOrder, run: 'live' | 'backtest'): void => {
    const role = roleOf(order);
    if (order.fills.length === 0 && ENGINE_ROLES.has(role)) return;
    const place = `${order.intent.strategyId} ${order.intent.symbol} ${role}`;
    let both = places.get(place);
    if (!both) places.set(place, (both = { live: [], backtest: [] }));
    both[run].push(order);
  };
  for (const order of live) put(order, 'live');
  for (const order of backtest) put(order, 'backtest');
  return [...places.values()].flatMap((both) => match(both, lengthMs));
}

const ENGINE_ROLES: ReadonlySet<string> = new Set(['stop', 'target', 'operator']);

/** Nearest first: two that were decided in the same bar are not torn apart by one that was not. */
function match(
  { live, backtest }: { readonly live: TracedOrder[]; readonly backtest: TracedOrder[] },
  lengthMs: (symbol: MarketSymbol) => number,
): Pair[] {
  const free = new Set(backtest);
  const found = new Map<TracedOrder, TracedOrder>();
  for (let apart = 0; apart <= BARS_APART_MAX; apart += 1) {
    for (const order of live) {
      if (found.has(order)) continue;
      const other = [...free].find((each) => isSame(order, each, apart, lengthMs));
      if (!other) continue;
      free.delete(other);
      found.set(order, other);
    }
  }
  return [
    ...live.map((order) => ({ live: order, backtest: found.get(order) })),
    ...[...free].map((order) => ({ live: undefined, backtest: order })),
  ];
}

function isSame(
  a: TracedOrder,
  b: TracedOrder,
  apart: number,
  lengthMs: (symbol: MarketSymbol) => number,
): boolean {
  const bars = Math.abs(whenOf(a) - whenOf(b)) / lengthMs(a.intent.symbol);
  if (bars > apart) return false;
  return apart === 0 || !(a.isAtClose && b.isAtClose);
}

/** A guard stands where it traded, everything else where it was decided. */
function whenOf(order: TracedOrder): number {
  const [first] = order.fills;
  return first && ENGINE_ROLES.has(roleOf(order)) ? first.bar : order.slot;
}
