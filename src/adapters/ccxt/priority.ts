/** How important the requests are that a piece of work makes, carried along its asynchronous calls: ccxt's own calls have no place for it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestPriority as Priority } from '../../ports/exchangeGateway.ts';

const current = new AsyncLocalStorage<Priority>();

/** Every request that `work` leads to has this priority. */
export function withPriority<Value>(priority: Priority, work: () => Value): Value {
  return current.run(priority, work);
}

/** The priority in force here; undefined outside of {@link withPriority}. */
export function currentPriority(): Priority | undefined {
  return current.getStore();
}
