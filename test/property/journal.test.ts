import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTerminal } from '../../src/core/orders/transitions.ts';
import type { IntentId } from '../../src/core/domain/ids.ts';
import type { OrderRecord } from '../../src/core/domain/order.ts';
import type { Recovered, StepRecord } from '../../src/ports/journal.ts';
import { memoryBooks, sqliteBooks } from '../builders/books.ts';
import { doubted } from '../builders/journal.ts';
import { anySteps } from '../builders/journalArbitraries.ts';
import type { Books } from '../contract/journal.contract.ts';

type Expected = Omit<Recovered, 'instanceId' | 'runId' | 'epoch'> & { readonly fills: number };

const last = <Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item> =>
  new Map(items.map((item) => [keyOf(item), item]));

const bySequence = (a: OrderRecord, b: OrderRecord): number =>
  a.intent.sequence - b.intent.sequence;
const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** What the port promises, said as plainly as possible: the last word on everything, and each fill once. */
function expected(steps: readonly StepRecord[]): Expected {
  const orders = new Map<IntentId, OrderRecord>();
  for (const order of steps.flatMap((step) => step.orders))
    orders.set(order.intent.intentId, order);
  const fills = new Map<string, number>();
  for (const { fill } of steps.flatMap((step) => step.fills)) {
    const key = `${fill.symbol} ${fill.tradeId} ${fill.side}`;
    if (!fills.has(key)) fills.set(key, fill.at);
  }
  const positions = last(
    steps.flatMap((step) => step.positions),
    ({ strategyId, symbol }) => `${strategyId} ${symbol}`,
  );
  const balances = last(
    steps.flatMap((step) => step.balances),
    ({ asset }) => asset,
  );
  const strategies = steps.flatMap((step) => step.strategies);
  return {
    nextSequence: orders.size + 1,
    orders: [...orders.values()]
      .filter(({ state }) => !isTerminal(state))
      .map((order) => (mayHaveGone(order) ? doubted(order) : order))
      .sort(bySequence),
    positions: [...positions.values()].sort(byText),
    balances: [...balances.values()].sort(byText),
    strategies: new Map(strategies.map(({ id, state }) => [id, state])),
    keptAt: new Map(steps.flatMap((step) => step.strategies.map(({ id }) => [id, step.at]))),
    flags: steps.findLast((step) => step.flags)?.flags ?? { halted: [] },
    lastFillAt: Math.max(0, ...fills.values()),
    lastStepAt: Math.max(0, ...steps.map((step) => step.at)),
    fills: fills.size,
  };
}

/** The next run does not know whether it was sent. */
function mayHaveGone({ state }: OrderRecord): boolean {
  return state === 'PLANNED' || state === 'SENDING';
}

function recovered(books: Books, steps: readonly StepRecord[]): Expected {
  const journal = books.open();
  journal.recover();
  for (const step of steps) journal.commit(step);
  journal.close();
  const again = books.open();
  const { instanceId: _instanceId, runId: _runId, epoch: _epoch, ...books2 } = again.recover();
  again.close();
  return {
    ...books2,
    positions: [...books2.positions].sort(byText),
    balances: [...books2.balances].sort(byText),
    fills: books.records().counts().fills,
  };
}

describe.each([
  { name: 'memory', makeBooks: memoryBooks, runs: 200 },
  { name: 'sqlite', makeBooks: sqliteBooks, runs: 40 },
])('$name journal', ({ makeBooks, runs }) => {
  it('gives back exactly what any sequence of steps left', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const books = makeBooks();
        try {
          expect(recovered(books, steps)).toEqual(expected(steps));
        } finally {
          books.dispose();
        }
      }),
      { numRuns: runs },
    );
  });
});
