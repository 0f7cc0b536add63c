/** What counts as standing alike, and what does not. */
import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { step } from '../../../../src/core/engine/step.ts';
import { booksOf } from '../../../../src/research/drift/books.ts';
import { aCandle, aControl, anEngine, BUY, MINUTE } from '../../../builders/engine.ts';
import { aFill, GRID, T0 } from '../../../builders/orders.ts';

interface Way {
  readonly price?: string;
  readonly atMs?: number;
  readonly tag?: string;
}

/** Bought at the end of the first bar and filled a little later. */
function bought({ price = '100', atMs = 1_000, tag = 'a' }: Way, refusedBefore = false): string {
  const { state, strategy } = anEngine();
  step(state, aControl('arm'));
  if (refusedBefore) state.nextSequence += 7;
  strategy.onNextBar = (context) => context.place({ ...BUY, tag });
  step(state, aCandle(0, 100));
  step(state, aCandle(1, 100));
  const [order] = [...state.orders.live()];
  if (!order) throw new Error('nothing was placed');
  const { clientOrderId, amount } = order.intent;
  const at = T0 + 2 * MINUTE + atMs;
  const fill = aFill({ clientOrderId, price: dec(price), amount: amount.times(dec('0.5')), at });
  step(state, { kind: 'fill', at, fill });
  strategy.memory = at;
  const runtime = state.strategies.get(GRID);
  if (!runtime) throw new Error('no strategy');
  return booksOf(state, runtime);
}

describe('a strategy stands alike', () => {
  it('whatever its orders are called, and whenever in a bar they were filled', () => {
    expect(bought({ atMs: 9_000 }, true)).toBe(bought({}));
  });

  it.each([
    ['it paid another price', { price: '100.01' }],
    ['it has another order open', { tag: 'b' }],
    ['it remembers another bar', { atMs: MINUTE + 1_000 }],
  ])('not when %s', (_what, way) => {
    expect(bought(way)).not.toBe(bought({}));
  });
});
