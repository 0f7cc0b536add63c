/** What a piece of work makes its requests for, carried along its asynchronous calls: ccxt's own calls have no place for it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LastLook, RequestPriority as Priority } from '../../ports/exchangeGateway.ts';

/** How important its requests are, and who is asked right before their bytes leave. */
export interface Errand {
  readonly priority: Priority;
  readonly look?: LastLook | undefined;
}

const current = new AsyncLocalStorage<Errand>();

/** Every request that `work` leads to is made for this errand. */
export function onErrand<Value>(errand: Errand, work: () => Value): Value {
  return current.run(errand, work);
}

/** The errand in force here; undefined outside of {@link onErrand}. */
export function currentErrand(): Errand | undefined {
  return current.getStore();
}
