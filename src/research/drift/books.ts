/** What a strategy's next decision depends on besides the market, as a number of 64 bits: alike, and on equal bars, it decides alike. */
import { toText } from '../../core/domain/decimal.ts';
import { canonicalText } from '../../core/domain/exactText.ts';
import type { OrderRecord } from '../../core/domain/order.ts';
import { snapshotRuntime } from '../../core/engine/snapshot.ts';
import type { EngineState, StrategyRuntime } from '../../core/engine/state.ts';

/** Market times since 2001, in milliseconds; what else strategies remember is far below. */
const TIME_MIN = 1e12;

/**
 * Position, open orders, and what the strategy remembers. Names of orders are left out, and moments count by the bar they are in:
 * strategies look at closed bars.
 */
export function booksOf({ instanceId }: EngineState, runtime: StrategyRuntime): string {
  const { holding, openOrders, series } = runtime;
  const { amount, cost } = holding.position;
  const orders = openOrders.map(orderText).sort((a, b) => (a < b ? -1 : 1));
  const memory = tidied(snapshotRuntime(runtime), `${instanceId}-`, series.lengthMs);
  return digest(canonicalText({ amount: toText(amount), cost: toText(cost), orders, memory }));
}

/** FNV's offset and prime, and another prime for the second half. */
const OFFSET = 0x811c9dc5;
const PRIMES = [0x01000193, 0x85ebca6b] as const;

/** One is kept for every bar and strategy, so it must be short. Two that are equal by chance would show as unexplained. */
function digest(text: string): string {
  let [first, second] = [OFFSET, OFFSET];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    first = Math.imul(first ^ code, PRIMES[0]);
    second = Math.imul(second ^ code, PRIMES[1]);
  }
  return [first, second].map((half) => (half >>> 0).toString(36)).join('-');
}

function orderText({ intent, filled }: OrderRecord): string {
  const { side, type, tag, price, trigger, amount } = intent;
  const terms = [price, trigger, amount, filled].map((term) => (term ? toText(term) : ''));
  return [side, type, tag, ...terms].join(' ');
}

function tidied(value: unknown, namePrefix: string, lengthMs: number): unknown {
  if (typeof value === 'string') return value.startsWith(namePrefix) ? '#' : value;
  if (typeof value === 'number') return value > TIME_MIN ? Math.floor(value / lengthMs) : value;
  if (Array.isArray(value)) return value.map((each) => tidied(each, namePrefix, lengthMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, tidied(each, namePrefix, lengthMs)]),
  );
}
