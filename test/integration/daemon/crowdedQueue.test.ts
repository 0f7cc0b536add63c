/**
 * Fifty markets with four strategies each, an hour of market time in two minutes, the embedded queue: far more orders than it and
 * the exchange's rate budget carry. Entries may wait and end unsent; a way out never does, and the sweeper feeds no overload. All
 * of it is counted, not timed: how fast the machine is decides only how much is carried.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../../src/simulator/server.ts';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, isOpen, type OrderRow } from '../../builders/world.ts';

const MARKETS = 50;
const SPEED = 30;
/** Enough for the queue and the rate budget to be behind. */
const ORDERS_MIN = 250;
const EXITS_MIN = 40;
const KEY = { apiKey: 'crowd-key', secret: 'crowd-secret', passphrase: '' };

/** Market n: `M07/USDT`. */
const base = (n: number): string => `M${String(n).padStart(2, '0')}`;

function strategy(n: number, kind: string, id: string, rest: readonly string[]): [string, string] {
  const name = `${kind}-${id}-${base(n).toLowerCase()}`;
  const lines = [`id: ${name}`, `kind: ${kind}`, `symbol: ${base(n)}/USDT`, 'timeframe: 1m'];
  return [
    `${name}.yaml`,
    ['schema_version: 1', ...lines, 'budget: 300 USDT', ...rest, ''].join('\n'),
  ];
}

function strategies(): Record<string, string> {
  const files = Array.from({ length: MARKETS }, (_none, n) => [
    strategy(n, 'dca', 'a', ['every: 1m', 'amount: 20 USDT', 'stop_loss: 0.1%', 'cooldown: 1m']),
    strategy(n, 'dca', 'b', ['every: 2m', 'amount: 30 USDT', 'take_profit: 0.3%']),
    strategy(n, 'grid', 'a', ['lower: -1%', 'upper: +1%', 'lines: 5', 'stop_loss: 0.3%']),
    strategy(n, 'trend', 'a', [
      ...['ema_fast: 2', 'ema_slow: 4', 'atr_length: 3', 'atr_multiple: 1', 'stop_loss: 0.2%'],
    ]),
  ]);
  return Object.fromEntries(files.flat());
}

let project: Project;
let exchange: Simulator;

beforeAll(async () => {
  project = new Project({ strategies: strategies(), speed: SPEED });
  project.edit('config/plimsoll.yaml', /5000 USDT/u, '500000 USDT');
  exchange = await startSimulator({
    ...{ port: 0, speed: SPEED, seed: 7, historyBars: 60 },
    symbols: Array.from({ length: MARKETS }, (_none, n) => ({
      ...{ base: base(n), quote: 'USDT', priceDecimals: 2, lotDecimals: 4 },
      ...{ minNotional: 500_000_000n, startPrice: 100 + n, beta: 1, ownSd: 0.001 },
    })),
    accounts: [{ ...KEY, balances: { USDT: '1000000' } }],
  });
  const { port, controlUrl, controlToken, worldId } = exchange;
  mkdirSync(project.simulatorFolder, { recursive: true });
  const card = { pid: 0, port, controlUrl, controlToken, worldId, venue: 'binance', ...KEY };
  writeFileSync(join(project.simulatorFolder, 'process.json'), JSON.stringify(card));
  await project.start();
}, DAEMON_TEST_MS);
afterAll(async () => {
  await project.dispose();
  await exchange.close();
}, DAEMON_TEST_MS);

/** Ends of what nobody wants any more: its price has moved on, the other leg has traded. */
const WANTED = /^(?:cancelled before it was sent|the other leg)/u;
const isSent = ({ exchange_order_id: id }: OrderRow): boolean => id !== null;
const exits = (): readonly OrderRow[] =>
  booksOf(project).orders.filter(({ side }) => side === 'sell');

describe('fifty markets with four strategies each, and more orders than are carried', () => {
  it(
    'every way out was sent, and the sweeper has not fed the overload',
    async () => {
      await eventually(
        () => booksOf(project).orders.length >= ORDERS_MIN && exits().length >= EXITS_MIN,
        500,
      );
      const { queue } = await project.status();
      expect(queue.backend).toBe('embedded');
      // Hints that are on their way into the queue are in no count of it: of hundreds a few may be repeated, never all again and again.
      expect(queue.redriven).toBeLessThan(ORDERS_MIN / 50);
      // Those that are known by now, each followed to where it was sent or came to an end.
      const asked = new Set(exits().map(({ intent_id: id }) => id));
      const known = (): readonly OrderRow[] => exits().filter(({ intent_id: id }) => asked.has(id));
      await eventually(() => known().every((order) => isSent(order) || !isOpen(order)), 500);
      const { exitCode, stderr } = await project.run('stop');
      expect([exitCode, stderr]).toEqual([0, stderr]);
      const lapsed = known().filter(
        ({ state, message }) => state === 'EXPIRED' && !WANTED.test(message),
      );
      expect(lapsed.map(({ intent_id: id, message }) => [id, message])).toEqual([]);
      expect(known().filter(isSent).length).toBeGreaterThan(EXITS_MIN / 2);
      expect(differences(booksOf(project), accountOf(exchange.state()))).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
