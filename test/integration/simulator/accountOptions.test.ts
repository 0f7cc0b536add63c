/** What an account may be given besides its balances, and how markets hang together, as a client sees it. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Bench } from './binanceHarness.ts';
import { BENCH_MS, SYMBOL, startBench, userStreamUp } from './binanceHarness.ts';
import { KEY } from './signedClient.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const FEE_ASSET = { asset: 'BNB', prices: { USDT: '600' } };

describe('an account with a fee asset', () => {
  it(
    'pays fees in it at a quarter less, until there is not enough of it',
    async () => {
      // A purchase of some 600 USDT costs 0.6 USDT, less a quarter: 0.00075 BNB. There is enough for one.
      const balances = { USDT: '100000', BNB: '0.001' };
      bench = await startBench({ accounts: [{ ...KEY, balances, feeAsset: FEE_ASSET }] });
      const { exchange, simulator } = bench;
      const watching = exchange.watchBalance();
      watching.catch(() => undefined);
      await userStreamUp(bench);
      const { cost, fee } = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
      expect(fee?.currency).toBe('BNB');
      expect(Number(fee?.cost)).toBeCloseTo((Number(cost) * 0.001 * 0.75) / 600, 7);
      const left = 0.001 - Number(fee?.cost);
      expect(Number((await watching)['BNB']?.free)).toBeCloseTo(left, 8);
      expect(Number((await exchange.fetchBalance())['BNB']?.free)).toBeCloseTo(left, 8);
      const second = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
      expect(second.fee).toMatchObject({ currency: 'BTC', cost: 0.00001 });
      expect(simulator.state().violations).toEqual([]);
      const discount = {
        enabledForAccount: true,
        enabledForSymbol: true,
        discountAsset: 'BNB',
        discount: '0.75000000',
      };
      const commission = await exchange.privateGetAccountCommission({ symbol: 'BTCUSDT' });
      expect(commission).toMatchObject({ discount });
    },
    BENCH_MS,
  );

  it('is refused where the venue has none, and with a price that is none', async () => {
    const options = { port: 0, historyBars: 1 };
    const account = { ...KEY, balances: {} };
    await expect(
      startSimulator({ ...options, venue: 'okx', accounts: [{ ...account, feeAsset: FEE_ASSET }] }),
    ).rejects.toThrow('fee asset: OKX takes fees from what is received');
    const feeAsset = { asset: 'BNB', prices: { USDT: '0' } };
    await expect(
      startSimulator({ ...options, accounts: [{ ...account, feeAsset }] }),
    ).rejects.toThrow('price of BNB in USDT "0": expected a decimal above 0');
  });
});

describe('correlation', () => {
  it('is that of the symbols, whose last prices then move as one', async () => {
    const simulator = await startSimulator({
      port: 0,
      paused: true,
      historyBars: 1,
      regime: 'range',
      correlation: 1,
      accounts: [],
    });
    const { world } = simulator;
    const mids = (): number[] =>
      ['BTCUSDT', 'SOLUSDT'].map((id) => {
        const { bid, ask } = world.market(id).touch();
        return ((bid?.ticks ?? 0) + (ask?.ticks ?? 0)) / 2;
      });
    let same = 0;
    let before = mids();
    for (let minute = 0; minute < 200; minute += 1) {
      world.advanceTo(world.nowMs + 60_000);
      const now = mids();
      const [btc, sol] = now.map((value, index) => value - (before[index] ?? 0));
      if (Math.sign(btc ?? 0) === Math.sign(sol ?? 0)) same += 1;
      before = now;
    }
    expect(same).toBeGreaterThan(180);
    await simulator.close();
  });

  it('does not go with a replay', async () => {
    const replay = { files: [] };
    await expect(
      startSimulator({ port: 0, accounts: [], replay, correlation: 0.5 }),
    ).rejects.toThrow('correlation: of the synthetic market only');
  });
});
