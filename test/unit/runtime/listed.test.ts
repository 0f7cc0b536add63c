import { describe, expect, it } from '@jest/globals';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { asset, marketSymbol, strategyId } from '../../../src/core/domain/ids.ts';
import { aSpec, ScriptedStrategy } from '../../builders/engine.ts';
import { anInstrument, BTC_USDT, GRID } from '../../builders/orders.ts';
import { aTrader, FakeExchange } from '../../builders/trader.ts';

const ETH_USDT = marketSymbol('ETH/USDT');
const BTC_MARKET = anInstrument();
const ETH_MARKET = anInstrument({ symbol: ETH_USDT, base: asset('ETH') });

function anExchange(...listed: FakeExchange['listed']): FakeExchange {
  const exchange = new FakeExchange();
  exchange.listed = listed;
  return exchange;
}

const strategies = () => [
  { spec: aSpec(), strategy: new ScriptedStrategy() },
  {
    spec: aSpec({ id: strategyId('eth'), symbol: ETH_USDT }),
    strategy: new ScriptedStrategy(),
  },
];

/** The books after a first run on both markets. */
async function aFirstRun() {
  const store = createMemoryStore();
  const first = aTrader({
    store,
    exchange: anExchange(BTC_MARKET, ETH_MARKET),
    deps: { strategies: strategies() },
  });
  await first.start();
  await first.trader.stop('keep-orders', 0);
  return store;
}

describe('a market that the exchange does not list any more', () => {
  it('is left out with an alarm; the others trade', async () => {
    const store = await aFirstRun();
    const exchange = anExchange(BTC_MARKET);
    const bench = aTrader({ store, exchange, deps: { strategies: strategies() } });
    await bench.start();
    expect(bench.trader.parts?.symbols).toEqual([BTC_USDT]);
    expect(bench.trader.parts?.gone).toEqual([
      { symbol: ETH_USDT, why: expect.stringContaining('ETH/USDT') },
    ]);
    expect([...(bench.trader.parts?.session.state.strategies.keys() ?? [])]).toEqual([GRID]);
    expect(store.notes.map(({ code }) => code)).toContain('MARKET_GONE');
  });

  it('is asked about once a minute, and said to be there when it is traded again', async () => {
    const store = await aFirstRun();
    const exchange = anExchange(BTC_MARKET);
    const bench = aTrader({ store, exchange, deps: { strategies: strategies() } });
    const heard: string[][] = [];
    bench.trader.onRelisted((symbols) => heard.push([...symbols]));
    await bench.start();
    await bench.wait(65);
    expect(heard).toEqual([]);
    exchange.listed = [BTC_MARKET, ETH_MARKET];
    await bench.wait(60);
    expect(heard).toEqual([[ETH_USDT]]);
    expect(bench.haltReason()).toBe('');
  });

  it('is told apart from one that was never traded: that is a typing mistake', async () => {
    const bench = aTrader({ exchange: anExchange(BTC_MARKET), deps: { strategies: strategies() } });
    await bench.start();
    expect(bench.trader.parts).toMatchObject({
      symbols: [BTC_USDT],
      gone: [],
      unlisted: [{ symbol: ETH_USDT, why: 'no market ETH/USDT' }],
    });
    expect(bench.store.notes.map(({ code }) => code)).not.toContain('MARKET_GONE');
  });

  it('refuses to start when none is left', async () => {
    const store = await aFirstRun();
    const bench = aTrader({ store, exchange: anExchange(), deps: { strategies: strategies() } });
    await expect(bench.start()).rejects.toThrow('SYMBOL_UNKNOWN');
  });

  it('does not hide that the exchange gave no answer', async () => {
    const store = await aFirstRun();
    const exchange = anExchange(BTC_MARKET);
    exchange.broken.add('instruments');
    const bench = aTrader({ store, exchange, deps: { strategies: strategies() } });
    const started = bench.begin();
    await bench.wait(5);
    expect(bench.trader.waiting).toContain('GATEWAY_FAILED');
    expect(store.notes.map(({ code }) => code)).not.toContain('MARKET_GONE');
    bench.trader.giveUp();
    await expect(started).rejects.toThrow('STOPPED');
  });

  it('is on hold while running, once its data has gone silent, until the exchange trades it again', async () => {
    const bench = aTrader({ deps: { staleAfterMs: 60_000 } });
    await bench.start();
    await bench.buy(0);
    await bench.wait(100);
    expect(bench.haltReason()).toBe('');
    const { listed } = bench.exchange;
    bench.exchange.listed = [];
    await bench.wait(100);
    expect(bench.haltReason()).toBe('on hold: the market is gone: no market BTC/USDT');
    expect(bench.exchange.count('cancel')).toBe(1);
    expect(bench.trader.parts?.session.liveOrders()).toEqual([]);
    bench.exchange.listed = listed;
    await bench.wait(100);
    expect(bench.haltReason()).toBe('');
  });
});
