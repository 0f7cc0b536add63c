/**
 * Everything through a proxy: unmodified ccxt, the simulated exchange, and real proxies. The exchange goes by a name that only the
 * proxy resolves, so that nothing reaches it by another way.
 */
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { createCcxtFeed } from '../../src/adapters/ccxt/feed.ts';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { proxyAgents, proxyOf } from '../../src/adapters/ccxt/proxyAgents.ts';
import type { CcxtOptions } from '../../src/adapters/ccxt/types.ts';
import { systemClock } from '../../src/adapters/clock/systemClock.ts';
import type { ExchangeGateway } from '../../src/ports/exchangeGateway.ts';
import type { MarketEvent, MarketFeed } from '../../src/ports/marketFeed.ts';
import { startSimulator, type Simulator } from '../../src/simulator/server.ts';
import { aMarketOrder, BTC, CREDENTIALS, keepingLogger, until } from '../builders/ccxt.ts';
import { ONLY_BY_PROXY, startProxy, type ProxyServer } from '../builders/proxyServer.ts';
import { selfSigned } from '../builders/selfSigned.ts';

const SETUP_MS = 90_000;
const AUTH = 'keeper:of-the-gate';

let simulator: Simulator;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    seed: 7,
    speed: 60,
    historyBars: 30,
    accounts: [{ ...CREDENTIALS, balances: { USDT: '10000', BTC: '0.5' } }],
  });
}, SETUP_MS);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
}, SETUP_MS);

afterAll(async () => {
  await simulator.close();
}, SETUP_MS);

async function aProxy(kind: 'http' | 'socks5', auth?: string): Promise<ProxyServer> {
  const proxy = await startProxy(kind, auth);
  closing.push(() => proxy.close());
  return proxy;
}

function options(url: string, auth?: string): CcxtOptions {
  const host = `${ONLY_BY_PROXY}:${String(simulator.port)}`;
  return {
    exchangeId: 'binance',
    credentials: CREDENTIALS,
    endpoints: { http: `http://${host}`, ws: `ws://${host}` },
    proxy: { url, ...(auth !== undefined && { auth }) },
    symbols: [BTC],
    logger: keepingLogger(),
    clock: systemClock,
  };
}

/** A gateway and a feed with their streams open. */
async function connected(settings: CcxtOptions) {
  const gateway: ExchangeGateway = createCcxtGateway(settings);
  const feed: MarketFeed = createCcxtFeed(settings);
  closing.push(async () => {
    await Promise.all([gateway.close(), feed.close()]);
  });
  const ups: boolean[] = [];
  const events: MarketEvent[] = [];
  await gateway.open({
    report: () => undefined,
    fill: () => undefined,
    balances: () => undefined,
    stream: (up) => ups.push(up),
  });
  await feed.open(
    { symbols: [BTC], series: [] },
    { event: (event) => events.push(event), connected: () => undefined },
  );
  await until(() => ups.at(-1) === true, 'the private stream is up', SETUP_MS);
  await until(() => events.length > 0, 'market data arrives', SETUP_MS);
  return { gateway, ups, events };
}

describe.each(['http', 'socks5'] as const)('through a proxy of kind %s', (kind) => {
  it(
    'go requests, the private stream and market data, and nothing past it',
    async () => {
      const proxy = await aProxy(kind, AUTH);
      const { gateway } = await connected(options(proxy.url, AUTH));
      expect(await gateway.place(aMarketOrder(kind === 'http' ? 1 : 2))).toMatchObject({
        kind: 'acked',
      });
      expect(proxy.refused()).toBe(0);
      // Three instances of ccxt ask by REST and two of them stream.
      expect(proxy.tunnels.length).toBeGreaterThanOrEqual(4);
      expect(new Set(proxy.tunnels)).toEqual(
        new Set([`${ONLY_BY_PROXY}:${String(simulator.port)}`]),
      );
    },
    SETUP_MS,
  );

  it(
    'streams are dialled again when their tunnels break',
    async () => {
      const proxy = await aProxy(kind);
      const { ups, events } = await connected(options(proxy.url));
      const before = proxy.tunnels.length;
      proxy.cut();
      await until(() => ups.filter((up) => up).length === 2, 'the stream is up again', SETUP_MS);
      const seen = events.length;
      await until(() => events.length > seen, 'market data arrives again', SETUP_MS);
      expect(proxy.tunnels.length).toBeGreaterThan(before);
    },
    SETUP_MS,
  );

  it('that refuses us, nothing is answered, and its password is in no message', async () => {
    const proxy = await aProxy(kind, AUTH);
    const settings = options(proxy.url, 'keeper:wrong-password');
    const gateway = createCcxtGateway(settings);
    closing.push(() => gateway.close());
    const asked = gateway.balances();
    await expect(asked).rejects.toThrow(/^GATEWAY_FAILED/);
    await expect(asked).rejects.not.toThrow('wrong-password');
    expect(proxy.refused()).toBeGreaterThan(0);
    expect(proxy.tunnels).toEqual([]);
  });

  it('encrypted streams are opened to the name of the exchange, not of the proxy', async () => {
    const proxy = await aProxy(kind, AUTH);
    const server = createServer(selfSigned(ONLY_BY_PROXY));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      socket.send('hello');
    });
    const names: unknown[] = [];
    server.on('secureConnection', (socket) => names.push(socket.servername));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    const { tls } = proxyAgents(proxyOf({ url: proxy.url, auth: AUTH }));
    const client = new WebSocket(`wss://${ONLY_BY_PROXY}:${String(port)}/`, {
      agent: tls,
      rejectUnauthorized: false,
    });
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.toString()).toBe('hello');
    client.terminate();
    expect(names).toEqual([ONLY_BY_PROXY]);
    // A certificate that nobody vouches for is refused through the proxy, too.
    const strict = request({ host: ONLY_BY_PROXY, port, agent: tls });
    strict.end();
    const [error] = (await once(strict, 'error')) as [Error];
    expect(error.message).toMatch(/self.signed/u);
  });
});

it('a proxy that is not there is named', async () => {
  const proxy = await startProxy('socks5');
  await proxy.close();
  const { plain } = proxyAgents(proxyOf({ url: proxy.url }));
  const client = new WebSocket(`ws://${ONLY_BY_PROXY}:1/`, { agent: plain });
  const [error] = (await once(client, 'error')) as [Error];
  expect(error.message).toMatch(/^PROXY_FAILED: 127\.0\.0\.1:\d+: .*ECONNREFUSED/u);
});
