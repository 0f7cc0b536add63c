import { describe, expect, it } from '@jest/globals';
import { Lane, type LaneName } from '../../../../src/adapters/ccxt/lane.ts';
import { loadExchangeClass } from '../../../../src/adapters/ccxt/load.ts';
import { quirksOf } from '../../../../src/adapters/ccxt/quirks/registry.ts';
import { TrafficControl } from '../../../../src/adapters/ccxt/trafficControl.ts';
import type { CcxtOptions } from '../../../../src/adapters/ccxt/types.ts';
import { field } from '../../../../src/adapters/ccxt/values.ts';
import { systemClock } from '../../../../src/adapters/clock/systemClock.ts';
import { BTC, CREDENTIALS, keepingLogger } from '../../../builders/ccxt.ts';

const aLane = async (name: LaneName, over: Partial<CcxtOptions> = {}): Promise<Lane> =>
  new Lane({
    name,
    Base: await loadExchangeClass('binance'),
    settings: {
      exchangeId: 'binance',
      credentials: CREDENTIALS,
      symbols: [BTC],
      logger: keepingLogger(),
      clock: systemClock,
      ...over,
    },
    quirks: quirksOf('binance'),
    gate: undefined,
    traffic: new TrafficControl(systemClock),
    keepMarket: () => true,
  });

/** Every address that ccxt would call. */
const addresses = ({ exchange }: Lane): readonly string[] =>
  JSON.stringify(exchange.urls.api).match(/(?:https?|wss?):[^"]+/g) ?? [];

describe('a lane', () => {
  it('calls nothing but the simulated exchange when there is one', async () => {
    const endpoints = { http: 'http://127.0.0.1:1', ws: 'ws://127.0.0.1:1' };
    const found = addresses(await aLane('orders', { endpoints }));
    expect(found.length).toBeGreaterThan(0);
    for (const address of found) expect(address).toMatch(/^(http|ws):\/\/127\.0\.0\.1:1\//);
  });

  it("uses the exchange's test network for orders and streams when told", async () => {
    const { api } = (await aLane('orders', { testnet: true })).exchange.urls;
    expect(field(api, 'private')).toBe('https://testnet.binance.vision/api/v3');
    expect(field(field(api, 'ws'), 'spot')).toMatch(/testnet\.binance\.vision/);
    expect(field(field(field(api, 'ws'), 'ws-api'), 'spot')).toMatch(/testnet\.binance\.vision/);
  });

  it('for public data never holds the key', async () => {
    expect(JSON.stringify(field((await aLane('market')).exchange, 'apiKey') ?? '')).toBe('""');
    expect(field((await aLane('queries')).exchange, 'apiKey')).toBe(CREDENTIALS.apiKey);
  });

  it('makes no connection after it was closed', async () => {
    const lane = await aLane('market');
    await lane.close();
    expect(() => lane.exchange.client('ws://127.0.0.1:1')).toThrow('closed');
    await expect(lane.exchange.fetchTime()).rejects.toThrow('closed');
  });
});
