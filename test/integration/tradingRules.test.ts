/** A minimum that the exchange raises while the bot runs: unmodified ccxt against the simulated exchange. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { dec, divide, floorToStep, toText } from '../../src/core/domain/decimal.ts';
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import type { ExchangeGateway } from '../../src/ports/exchangeGateway.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import { anApproved, BTC, CREDENTIALS, keepingLogger } from '../builders/ccxt.ts';

type Simulator = Awaited<ReturnType<typeof startSimulator>>;

let simulator: Simulator;
let gateway: ExchangeGateway;

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 11,
    speed: 60,
    historyBars: 10,
    accounts: [{ ...CREDENTIALS, balances: { USDT: '10000', BTC: '1' } }],
  });
  const address = `127.0.0.1:${simulator.port}`;
  gateway = createCcxtGateway({
    exchangeId: 'binance',
    credentials: CREDENTIALS,
    endpoints: { http: `http://${address}`, ws: `ws://${address}` },
    symbols: [BTC],
    logger: keepingLogger(),
    clock: systemClock,
  });
});
afterAll(async () => {
  await gateway.close();
  await simulator.close();
});

async function minimum(): Promise<string> {
  const [instrument] = await gateway.instruments([BTC]);
  return toText(instrument?.minNotional ?? dec(0));
}

/** A resting buy worth about 20 USDT, far below the market. */
function smallBuy(n: number): ApprovedOrder {
  const bid = simulator.world.engine.book('BTCUSDT').bids.best();
  const price = floorToStep(
    dec(bid?.ticks ?? 0)
      .times('0.01')
      .times(0.9),
    dec('0.01'),
  );
  const amount = divide(dec(20), price, 5, 'floor');
  return anApproved(n, { type: 'limit', price, amount, referencePrice: price });
}

describe('a minimum that was raised', () => {
  it('is named as a broken rule when an order is refused for it, and read with the next list of markets', async () => {
    const before = await minimum();
    expect(dec(before).lt(20)).toBe(true);
    expect(await gateway.place(smallBuy(1))).toMatchObject({ kind: 'acked' });
    simulator.world.replaceInstrument('BTCUSDT', { minNotional: 5_000_000_000n });
    const refused = await gateway.place(smallBuy(2));
    expect(refused).toMatchObject({ kind: 'rejected', code: '-1013', breaksRule: true });
    expect(await minimum()).toBe('50');
  });

  it('is no broken rule when the order was refused for something else', async () => {
    const amount = dec('100');
    const refused = await gateway.place({ ...smallBuy(3), amount });
    expect(refused).toMatchObject({ kind: 'rejected', code: '-2010' });
    expect(refused).not.toHaveProperty('breaksRule');
  });
});
