/** Filters of the venue through the real gateway: read, read again when they have changed, and named when an order runs into one. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { ApprovedOrder, OrderIntent } from '../../src/core/domain/order.ts';
import type { ExchangeGateway, PlaceOutcome } from '../../src/ports/exchangeGateway.ts';
import { startSimulator, type Simulator } from '../../src/simulator/server.ts';
import { anApproved, BTC, CREDENTIALS, keepingLogger } from '../builders/ccxt.ts';
import { control } from './simulator/controlClient.ts';

const SETUP_MS = 90_000;

describe.each(['binance', 'okx'] as const)('at %s', (venue) => {
  let simulator: Simulator;
  let gateway: ExchangeGateway;
  let ids = 0;

  beforeAll(async () => {
    const credentials = { ...CREDENTIALS, ...(venue === 'okx' && { password: 'pass' }) };
    simulator = await startSimulator({
      ...{ port: 0, seed: 11, speed: 1, historyBars: 10, venue },
      accounts: [{ ...CREDENTIALS, balances: { USDT: '1000000', BTC: '5' } }],
    });
    const address = `127.0.0.1:${simulator.port}`;
    gateway = createCcxtGateway({
      exchangeId: venue,
      credentials,
      endpoints: { http: `http://${address}`, ws: `ws://${address}` },
      symbols: [BTC],
      logger: keepingLogger(),
      clock: systemClock,
    });
    await gateway.instruments([BTC]);
  }, SETUP_MS);
  afterAll(async () => {
    await gateway.close();
    await simulator.close();
  });

  async function set(symbol: object, exchange: object = {}): Promise<Instrument | undefined> {
    const document = { symbols: { BTCUSDT: symbol }, exchange };
    const answer = await control(simulator, 'POST /conditions', document);
    expect(answer.status).toBe(200);
    const [instrument] = await gateway.instruments([BTC]);
    return instrument;
  }

  /** An order as it would be if nobody had read the list of filters. */
  function order(changes: Partial<OrderIntent>): ApprovedOrder {
    ids += 1;
    const { price: _price, ...made } = anApproved(ids, { side: 'sell', purpose: 'exit' });
    return { ...made, ...changes };
  }

  const sell = async (amount: string): Promise<PlaceOutcome> =>
    gateway.place(order({ type: 'market', amount: dec(amount) }));

  it('market and limit maxima are known apart, and follow the list', async () => {
    if (venue === 'binance') {
      const instrument = await set({
        maxAmount: '4',
        marketMinAmount: '0.001',
        marketMaxAmount: '0.5',
      });
      expect(instrument).toMatchObject({
        maxAmount: dec('4'),
        marketMinAmount: dec('0.001'),
        marketMaxAmount: dec('0.5'),
      });
    } else {
      const instrument = await set({
        maxAmount: '4',
        maxNotional: '90000',
        marketMaxNotional: '30000',
      });
      expect(instrument).toMatchObject({
        maxAmount: dec('4'),
        maxNotional: dec('90000'),
        marketMaxNotional: dec('30000'),
      });
    }
    expect(await sell('0.4')).toMatchObject({ kind: 'acked' });
    expect(await sell('0.6')).toMatchObject({ kind: 'rejected', breaksRule: true });
    const open =
      venue === 'binance' ? { marketMaxAmount: '0' } : { maxNotional: '0', marketMaxNotional: '0' };
    await set({ maxAmount: '0', ...open });
    expect(await sell('0.6')).toMatchObject({ kind: 'acked' });
  });

  it('a refusal for want of a place says so, and that the list is out of date', async () => {
    await set({ maxOrders: 1 });
    const far = order({ type: 'limit', amount: dec('0.01'), price: dec('90000') });
    expect(await gateway.place(far)).toMatchObject({ kind: 'acked' });
    const second = order({ type: 'limit', amount: dec('0.01'), price: dec('90000') });
    expect(await gateway.place(second)).toMatchObject({
      kind: 'rejected',
      breaksRule: true,
      lacksPlace: true,
    });
    await set({ maxOrders: 0 });
  });
});

describe('at Binance', () => {
  it(
    'bounds of value, prices, counts and positions are read',
    async () => {
      const simulator = await startSimulator({
        ...{ port: 0, seed: 11, speed: 1, historyBars: 10 },
        accounts: [{ ...CREDENTIALS, balances: { USDT: '10000' } }],
      });
      const address = `127.0.0.1:${simulator.port}`;
      const gateway = createCcxtGateway({
        exchangeId: 'binance',
        credentials: CREDENTIALS,
        endpoints: { http: `http://${address}`, ws: `ws://${address}` },
        symbols: [BTC],
        logger: keepingLogger(),
        clock: systemClock,
      });
      try {
        const symbol = {
          ...{ minPrice: '100', maxPrice: '500000', marketStepSize: '0.001' },
          ...{ maxNotional: '80000', maxNotionalAtMarket: true, minNotionalAtMarket: false },
          percentPriceBySide: { bidUp: 1.5, bidDown: 0.5, askUp: 3, askDown: 0.7 },
          ...{ maxOrders: 30, maxAlgoOrders: 4, maxOrderLists: 3, maxPosition: '7' },
        };
        const exchange = { maxOrders: 100, maxAlgoOrders: 20 };
        const document = { symbols: { BTCUSDT: symbol }, exchange };
        expect((await control(simulator, 'POST /conditions', document)).status).toBe(200);
        const [instrument] = await gateway.instruments([BTC]);
        expect(instrument).toMatchObject({
          minPrice: dec('100'),
          maxPrice: dec('500000'),
          marketLotSize: dec('0.001'),
          maxNotional: dec('80000'),
          maxNotionalAtMarket: true,
          minNotionalAtMarket: false,
          priceBand: { buy: { up: 1.5, down: 0.5 }, sell: { up: 3, down: 0.7 } },
          maxOrders: 30,
          maxTriggerOrders: 3,
          maxPosition: dec('7'),
          maxOrdersInAll: 100,
          maxTriggerOrdersInAll: 20,
        });
      } finally {
        await gateway.close();
        await simulator.close();
      }
    },
    SETUP_MS,
  );
});
