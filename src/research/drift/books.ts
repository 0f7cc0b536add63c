/** What a strategy's next decision depends on besides the market, as one text: equal texts and equal bars lead to equal decisions. */
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
  return canonicalText({ amount: toText(amount), cost: toText(cost), orders, memory });
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
