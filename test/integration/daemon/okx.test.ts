/** A real daemon at the simulated exchange that speaks OKX: it trades, meets an order made by hand, and ends with books equal. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { processLocks } from '../../../src/adapters/sqlite/processLock.ts';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { startProxy } from '../../builders/proxyServer.ts';
import { accountOf, booksOf, differences, exchangeOf } from '../../builders/world.ts';

const SPEED = 240;

/** Asks the exchange as its user would from a window of its own: signed, without any client id. */
async function byHand(project: Project, path: string, order: object): Promise<string> {
  const card = project.card();
  if (!card) throw new Error('no exchange runs');
  const body = JSON.stringify(order);
  const timestamp = new Date().toISOString();
  const sign = createHmac('sha256', card.secret).update(`${timestamp}POST${path}${body}`);
  const answer = await fetch(`http://127.0.0.1:${String(card.port)}${path}`, {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'OK-ACCESS-KEY': card.apiKey,
      'OK-ACCESS-SIGN': sign.digest('base64'),
      'OK-ACCESS-TIMESTAMP': timestamp,
      'OK-ACCESS-PASSPHRASE': card.passphrase,
    },
  });
  const { code, data } = (await answer.json()) as { code: string; data: { ordId: string }[] };
  expect(code).toBe('0');
  return data[0]?.ordId ?? '';
}

async function haltOf(project: Project, symbol: string): Promise<string | null | undefined> {
  const { exchange } = await project.status();
  return exchange.markets.find((market) => market.symbol === symbol)?.halted;
}

describe('a sandbox at the simulated OKX', () => {
  let project: Project;

  beforeAll(async () => {
    project = new Project({ exchange: 'okx', speed: SPEED });
    await project.startExchange({ speed: SPEED });
    await project.start();
  }, DAEMON_TEST_MS);
  afterAll(() => project.dispose(), DAEMON_TEST_MS);

  it(
    'starts and trades',
    async () => {
      const status = await eventually(async () => {
        const read = await project.status();
        return read.database.fills >= 5 && read;
      }, 500);
      expect(status).toMatchObject({
        state: 'running',
        exchange: { id: 'okx', venue: 'simulated', private_stream: true },
      });
    },
    DAEMON_TEST_MS,
  );

  it(
    'stops, its books equal to those of the exchange',
    async () => {
      await project.json('stop', '--cancel-orders');
      const exchange = await exchangeOf(project);
      expect(differences(booksOf(project), accountOf(exchange))).toEqual([]);
      expect(exchange.violations).toEqual([]);
    },
    DAEMON_TEST_MS,
  );

  it(
    'halts the market in which somebody made an order by hand, also over a kill, and trades elsewhere',
    async () => {
      await project.start();
      const order = { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy', ordType: 'limit' };
      const ordId = await byHand(project, '/api/v5/trade/order', {
        ...order,
        px: '30000',
        sz: '0.001',
      });
      await eventually(() => haltOf(project, 'BTC/USDT'), 250);
      expect(await haltOf(project, 'BTC/USDT')).toBe(`order ${ordId} is not ours`);

      process.kill(project.daemon().pid, 'SIGKILL');
      await eventually(() => processLocks.owner(project.lockFile) === undefined);
      await project.start();
      expect(await haltOf(project, 'BTC/USDT')).toBe(`order ${ordId} is not ours`);
      expect(await haltOf(project, 'ETH/USDT')).toBeNull();

      await byHand(project, '/api/v5/trade/cancel-order', { instId: 'BTC-USDT', ordId });
      expect((await project.run('resume', 'BTC/USDT')).exitCode).toBe(0);
      expect(await haltOf(project, 'BTC/USDT')).toBeNull();
      await project.json('stop');
    },
    DAEMON_TEST_MS,
  );

  it(
    'does not meet an exchange that speaks another protocol',
    async () => {
      project.edit('config/plimsoll.yaml', /id: okx/u, 'id: binance');
      const refused = await project.run('start');
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/speaks okx, not binance: .* \[SIMULATOR_FAILED\]/u);
    },
    DAEMON_TEST_MS,
  );
});

it(
  'a daemon with a proxy goes through it alone, and says when it is gone',
  async () => {
    const proxy = await startProxy('socks5', 'keeper:of-the-gate');
    const project = new Project({
      exchange: 'okx',
      speed: SPEED,
      env: { PLIMSOLL_PROXY_AUTH: 'keeper:of-the-gate' },
    });
    try {
      project.edit('config/plimsoll.yaml', /id: okx/u, `id: okx\n  proxy: ${proxy.url}`);
      await project.start();
      await eventually(async () => (await project.status()).exchange.private_stream, 250);
      const exchange = `127.0.0.1:${String(project.card()?.port)}`;
      expect(new Set(proxy.tunnels)).toEqual(new Set([exchange]));
      expect(proxy.tunnels.length).toBeGreaterThanOrEqual(4);
      await proxy.close();
      await eventually(async () => !(await project.status()).exchange.private_stream, 250);
      expect(project.read('data/plimsoll.log')).not.toContain('of-the-gate');
    } finally {
      await project.dispose();
    }
  },
  DAEMON_TEST_MS,
);
