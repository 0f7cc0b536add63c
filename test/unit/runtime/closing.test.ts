/** What an operator's close comes to where there is little or nothing to sell. */
import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { close, planClose } from '../../../src/runtime/closing.ts';
import { aFill, GRID } from '../../builders/orders.ts';
import { aTrader, type TraderBench } from '../../builders/trader.ts';

function partsOf({ trader: { parts } }: TraderBench) {
  if (!parts) throw new Error('not started');
  return parts;
}

/** A strategy with an open buy of one coin at 100. */
async function buying(): Promise<TraderBench> {
  const bench = aTrader();
  await bench.start();
  await bench.buy(0);
  return bench;
}

const wish = (name: string) => ({ name, reason: 'enough' });

async function closed(bench: TraderBench, name: string) {
  const result = close(partsOf(bench), wish(name), { clock: bench.clock, waitMs: 20_000 });
  await bench.wait(10);
  return result;
}

describe('closing a strategy that only buys', () => {
  it.each([GRID, 'btc/usdt'])('cancels its orders and says so, by the name %s', async (name) => {
    const bench = await buying();
    expect(planClose(partsOf(bench), { name })).toMatchObject([
      { strategy: GRID, held: '0', amount: '0', worth: '0', openOrders: 1 },
    ]);
    expect(await closed(bench, name)).toMatchObject({
      isComplete: true,
      market: { cancelled: 1, sold: '0', left: '0' },
      waits: [{ strategy: GRID }],
    });
    expect(partsOf(bench).session.liveOrders()).toEqual([]);
    expect(() => planClose(partsOf(bench), { name })).toThrow('NOTHING_TO_CLOSE');
  });

  it('cancels them beside too little to be sold', async () => {
    const bench = await buying();
    const [order] = partsOf(bench).session.liveOrders();
    if (!order) throw new Error('no order');
    const { clientOrderId } = order.intent;
    bench.exchange.sink?.fill(aFill({ clientOrderId, amount: dec('0.001'), fee: dec('0') }));
    expect(planClose(partsOf(bench), { name: GRID })).toMatchObject([
      { held: '0.001', amount: '0', openOrders: 1 },
    ]);
  });

  it('has no terms: there is nothing that they could be of', async () => {
    const bench = await buying();
    const request = { name: GRID, limit: dec('100') };
    expect(() => planClose(partsOf(bench), request)).toThrow('NOTHING_TO_CLOSE');
    expect(partsOf(bench).session.liveOrders()).toHaveLength(1);
  });
});
