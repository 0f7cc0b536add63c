import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { tradeId } from '../../../src/core/domain/ids.ts';
import { Farewell } from '../../../src/runtime/farewell.ts';
import { aFill } from '../../builders/orders.ts';
import { aTrader, type TraderBench } from '../../builders/trader.ts';

function sessionOf({ trader }: TraderBench) {
  const session = trader.parts?.session;
  if (!session) throw new Error('not started');
  return session;
}

/** A trader whose one buy of 0.1 at 100 rests at the exchange. */
async function resting(): Promise<TraderBench> {
  const bench = aTrader();
  await bench.start();
  await bench.buy(0);
  return bench;
}

describe('what a stop comes to', () => {
  it('is nothing where nothing happens and nothing is held', async () => {
    const bench = await resting();
    expect(new Farewell(sessionOf(bench)).read()).toEqual([]);
  });

  it('counts orders that were cancelled, and fills with what they cost, from its beginning on', async () => {
    const bench = await resting();
    const exchangeOrderId = sessionOf(bench).liveOrders()[0]?.exchangeOrderId;
    if (!exchangeOrderId) throw new Error('the order does not rest');
    const fill = (id: string, amount: string) =>
      aFill({
        tradeId: tradeId(id),
        exchangeOrderId,
        amount: dec(amount),
        price: dec('100'),
        fee: dec('0.01'),
      });
    sessionOf(bench).fill(fill('1', '0.01'));
    const farewell = new Farewell(sessionOf(bench));
    sessionOf(bench).fill(fill('2', '0.02'));
    sessionOf(bench).control({ action: 'cancelAll', reason: 'stop' });
    await bench.wait(2);
    const [market, ...others] = farewell.read();
    expect(others).toEqual([]);
    expect(market).toMatchObject({
      ...{ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', cancelled: 1 },
      ...{ bought: '0.02', boughtFor: '2', sold: '0', soldFor: '0' },
      fees: { USDT: '0.01' },
      left: '0.03',
    });
  });
});
