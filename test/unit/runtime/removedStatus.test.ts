/** Rows of `status` for what strategies have left that are in no file any more. */
import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { asset, marketSymbol, strategyId } from '../../../src/core/domain/ids.ts';
import { createMemoryStore, type MemoryStore } from '../../../src/adapters/memory/store.ts';
import { pauseEntries } from '../../../src/runtime/operator.ts';
import { strategyStatuses } from '../../../src/runtime/strategyStatus.ts';
import { aSpec, ScriptedStrategy } from '../../builders/engine.ts';
import { aFill, anInstrument, GRID } from '../../builders/orders.ts';
import { aTrader, FakeExchange, type TraderBench } from '../../builders/trader.ts';

const ETH_USDT = marketSymbol('ETH/USDT');

function partsOf({ trader: { parts } }: TraderBench) {
  if (!parts) throw new Error('not started');
  return parts;
}

const rows = (bench: TraderBench) => strategyStatuses(bench.trader.deps, partsOf(bench));

/** Half a coin was bought at 100 by a strategy; then the daemon ended. */
async function bought(): Promise<{ store: MemoryStore; exchange: FakeExchange }> {
  const store = createMemoryStore();
  const exchange = new FakeExchange();
  exchange.listed = [anInstrument(), anInstrument({ symbol: ETH_USDT, base: asset('ETH') })];
  const bench = aTrader({ store, exchange });
  await bench.start();
  await bench.buy(0);
  const [order] = partsOf(bench).session.liveOrders();
  if (!order) throw new Error('no order');
  const { clientOrderId } = order.intent;
  exchange.sink?.fill(aFill({ clientOrderId, amount: dec('0.5'), fee: dec('0.1') }));
  for (const [name, { total }] of partsOf(bench).session.state.ledger.accounts)
    if (name === asset('USDT')) exchange.usdt = total.toString();
    else exchange.coins.set(name, total.toString());
  await bench.trader.stop('keep-orders', 0);
  return { store, exchange };
}

async function restarted(specs: Parameters<typeof aSpec>[0][]): Promise<TraderBench> {
  const strategies = specs.map((spec) => ({ spec: aSpec(spec), strategy: new ScriptedStrategy() }));
  const bench = aTrader({ ...(await bought()), deps: { strategies } });
  await bench.start();
  return bench;
}

const LEFT = { state: 'removed', position: { amount: '0.5' }, fills: 1, fees_quote: '0.1' };

describe('a strategy that is in no file any more', () => {
  it('has its row below the others: what it holds and came to is in the totals', async () => {
    const bench = await restarted([{ id: strategyId('other') }]);
    expect(rows(bench)).toMatchObject([{ id: 'other' }, { ...LEFT, id: GRID, kind: 'removed' }]);
    expect(rows(bench)[1]?.last_decision.text).toBe(
      'not configured any more: nothing sells or protects what it holds',
    );
  });

  it('is not paused: it enters nothing as it is', async () => {
    const bench = await restarted([{ id: strategyId('other') }]);
    const request = { target: GRID, reason: 'mine' };
    expect(() => pauseEntries(partsOf(bench), request)).toThrow('NOT_CONFIGURED');
  });

  it('is also one whose file says another market: its new self begins with nothing', async () => {
    const bench = await restarted([{ symbol: ETH_USDT }]);
    expect(rows(bench)).toMatchObject([
      { id: GRID, symbol: ETH_USDT, position: { amount: '0' }, fills: 0 },
      { ...LEFT, id: `${GRID}@BTC-USDT`, position: { amount: '0.5', booked: null } },
    ]);
    expect(bench.noted.filter((code) => code.startsWith('BOOKED'))).toEqual([
      'BOOKED_OUT',
      'BOOKED_IN',
    ]);
  });
});
