import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { exchangeOrderId, tradeId } from '../../../src/core/domain/ids.ts';
import { panic, type PanicMode } from '../../../src/runtime/panic.ts';
import { aFill, aReport, BTC } from '../../builders/orders.ts';
import { aTrader, type TraderBench } from '../../builders/trader.ts';

function sessionOf({ trader }: TraderBench) {
  const session = trader.parts?.session;
  if (!session) throw new Error('not started');
  return session;
}

/** A trader that holds 0.08 of a buy of 0.1, the rest of which rests at the exchange. */
async function holding(): Promise<TraderBench> {
  const bench = aTrader();
  await bench.start();
  await bench.buy(0);
  const exchangeOrderId = sessionOf(bench).liveOrders()[0]?.exchangeOrderId;
  if (!exchangeOrderId) throw new Error('the order does not rest');
  const amount = dec('0.08');
  sessionOf(bench).fill(aFill({ tradeId: tradeId('1'), exchangeOrderId, amount }));
  bench.exchange.coins.set(BTC, '0.08');
  return bench;
}

function begin(bench: TraderBench, mode: PanicMode) {
  const { clock } = bench;
  return panic({ session: sessionOf(bench) }, { mode, reason: 'panic' }, { clock, waitMs: 20_000 });
}

describe('panic of a running bot', () => {
  it('keep: pauses, cancels what enters, and sells nothing', async () => {
    const bench = await holding();
    const done = begin(bench, 'keep');
    await bench.wait(3);
    expect(await done).toMatchObject({
      ...{ isComplete: true, openOrders: 0 },
      markets: [{ cancelled: 1, sold: '0', left: '0.08' }],
    });
    expect(sessionOf(bench).state.paused?.reason).toBe('panic');
    expect(bench.exchange.count('place')).toBe(1);
  });

  it('sell: sells what is held once the entry has ended, in one order', async () => {
    const bench = await holding();
    const sells: unknown[] = [];
    bench.exchange.onPlace = ({ side, type, purpose, clientOrderId, amount }) => {
      sells.push({ side, type, purpose });
      const names = { clientOrderId, exchangeOrderId: exchangeOrderId('e2') };
      const fill = aFill({ ...names, tradeId: tradeId('2'), amount, side });
      const report = aReport({ ...names, status: 'closed', filled: amount, fills: [fill] });
      bench.exchange.orders.set(clientOrderId, report);
      return { kind: 'acked', report };
    };
    const done = begin(bench, 'sell');
    await bench.wait(3);
    expect(await done).toMatchObject({
      ...{ isComplete: true, openOrders: 0 },
      markets: [{ cancelled: 1, sold: '0.08', soldFor: '8', left: '0' }],
    });
    expect(sells).toEqual([{ side: 'sell', type: 'market', purpose: 'exit' }]);
    expect(bench.exchange.calls.indexOf('cancel')).toBeLessThan(
      bench.exchange.calls.lastIndexOf('place'),
    );
  });

  it('says that it is not done when its time is over, and goes on', async () => {
    const bench = await holding();
    bench.exchange.cancel = async () => ({ kind: 'unknown', message: 'down' });
    bench.exchange.broken.add('lookup');
    const done = begin(bench, 'keep');
    await bench.wait(25);
    expect(await done).toMatchObject({ isComplete: false, openOrders: 1 });
    expect(sessionOf(bench).state.paused).toBeDefined();
  });

  it('asks again for a cancel that the exchange has refused', async () => {
    const bench = await holding();
    let refused = 0;
    const cancel = bench.exchange.cancel.bind(bench.exchange);
    bench.exchange.cancel = async (ref) =>
      (refused += 1) > 2 ? cancel(ref) : { kind: 'rejected', code: '-1', message: 'not now' };
    const done = begin(bench, 'keep');
    await bench.wait(10);
    expect(await done).toMatchObject({ isComplete: true, openOrders: 0 });
    expect(refused).toBe(3);
  });
});
