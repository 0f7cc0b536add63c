/** What one order costs in a fixed backtest, in counts. */
import { once } from 'node:events';
import { startTypescript } from './child.ts';

/** Each per order. */
export interface OrderCost {
  /** Orders of the whole run. */
  readonly orders: number;
  /** Bytes allocated, those of the bars between the orders included. */
  readonly bytes: number;
  /** Engine steps besides that of each bar. */
  readonly steps: number;
  readonly commits: number;
  readonly promises: number;
  /** Operations on exact numbers. */
  readonly arithmetic: number;
}

/** So much room for young objects that nothing is collected while it measures. */
const ROOM = ['--expose-gc', '--max-semi-space-size=2048', '--min-semi-space-size=1024'];

/** By kind of strategy, each as its example file has it. */
export async function measureOrderCosts(): Promise<Readonly<Record<string, OrderCost>>> {
  const file = new URL('orderCostChild.ts', import.meta.url);
  const child = startTypescript(file, [], 'inherit', ROOM);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(child, 'close');
  return JSON.parse(text) as Record<string, OrderCost>;
}
