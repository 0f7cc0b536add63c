/** Buys so small that their sale would be below the exchange's minimum: a real daemon at the simulated exchange, which takes no order below 5 USDT. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { accountOf, booksOf, differences, liveExchange } from '../../builders/world.ts';
import { control } from '../simulator/controlClient.ts';

const common = (id: string, kind: string): string[] => [
  ...['schema_version: 1', `id: ${id}`, `kind: ${kind}`, 'symbol: SOL/USDT', 'timeframe: 1m'],
];

const trend = (id: string, ...more: readonly string[]): string =>
  [...common(id, 'trend'), 'budget: 5.05 USDT', 'ema_fast: 2', 'ema_slow: 3', ...more].join('\n');

const dca = (id: string, amount: string, stopLoss: string): string =>
  [...common(id, 'dca'), 'budget: 60 USDT', 'every: 1m', `amount: ${amount} USDT`]
    .concat(`stop_loss: ${stopLoss}`)
    .join('\n');

/** As they were in the field. */
const SMALL = {
  'trend.yaml': trend('trend'),
  'trend-stop.yaml': trend('trend-stop', 'stop_loss: 8%'),
  'dca-8.yaml': dca('dca-8', '5.2', '8%'),
  'dca-10.yaml': dca('dca-10', '5.2', '10%'),
};
const SMALL_IDS = ['trend', 'trend-stop', 'dca-8', 'dca-10'];

let project: Project;

beforeAll(async () => {
  project = new Project({
    speed: 60,
    strategies: { ...SMALL, 'sound.yaml': dca('sound', '20', '10%') },
  });
  await project.startExchange({ speed: 60 });
}, DAEMON_TEST_MS);
afterAll(() => project.dispose(), DAEMON_TEST_MS);

describe('an entry that could not be sold again', () => {
  it(
    'is refused by `config check` as far as it can be known, by `--online` with what would be bought',
    async () => {
      const offline = await project.run('config', 'check');
      const online = await project.run('config', 'check', '--online');
      expect([offline.exitCode, online.exitCode]).toEqual([4, 4]);
      for (const said of [offline.stderr, online.stderr])
        for (const [file, fall] of [
          ['dca-8', 8],
          ['dca-10', 10],
        ] as const)
          expect(said).toMatch(
            new RegExp(
              `strategies/${file}\\.yaml:\\d+:\\d+: amount: .*5\\.2 USDT, of which at its stop, ${String(fall)} % below, only 4\\.\\d+ USDT could be sold; SOL/USDT takes no order at the market below 5 USDT`,
              'u',
            ),
          );
      // Without a stop it depends on the fall.
      expect(offline.stderr).toMatch(/warning: strategies\/trend\.yaml.*only 4\.\d+ USDT could/u);
      for (const file of ['trend', 'trend-stop'])
        expect(online.stderr).toMatch(
          new RegExp(`strategies/${file}\\.yaml:\\d+:\\d+: budget: `, 'u'),
        );
      expect(offline.stderr).toMatch(/strategies\/trend-stop\.yaml:\d+:\d+: budget: /u);
      expect([offline.stderr, online.stderr].join()).not.toContain('sound');
    },
    DAEMON_TEST_MS,
  );

  it(
    'is never made: the others trade, and nothing that cannot be sold is bought',
    async () => {
      await project.start();
      await eventually(() => booksOf(project).fills.length >= 3, 200);
      const { strategies, attention } = await project.status();
      const cannot = attention.filter(({ code }) => code === 'strategy.cannot_trade');
      expect(cannot.map(({ strategy }) => strategy)).toEqual(
        expect.arrayContaining(['dca-8', 'dca-10', 'trend-stop']),
      );
      for (const { id, position } of strategies.filter(({ id: it }) => SMALL_IDS.includes(it)))
        expect([id, position.amount]).toEqual([id, '0']);
      const books = booksOf(project);
      expect(new Set(books.orders.map(({ strategy_id: id }) => id))).toEqual(new Set(['sound']));
      const refused = books.notes.filter(({ code }) => code === 'EXIT_TOO_SMALL');
      expect(new Set(refused.map(({ strategy_id: id }) => id))).toEqual(
        new Set(['dca-8', 'dca-10']),
      );
    },
    DAEMON_TEST_MS,
  );
});

describe('a position that has become too small for the exchange', () => {
  it(
    'is not said to be sold when its sale is asked for',
    async () => {
      const card = project.card();
      if (!card) throw new Error('no exchange runs');
      await project.json('stop');
      const symbols = { SOLUSDT: { minNotional: '5000' } };
      expect((await control(card, 'POST /conditions', { symbols })).status).toBe(200);
      await project.start();
      const ran = await project.run('close', 'sound', '--timeout', '5s', '--yes');
      expect(ran.exitCode).not.toBe(0);
      expect(ran.stderr).toMatch(/5000/u);
      expect(ran.stdout).not.toMatch(/sold/u);
      const stopped = await project.run('stop', '--flatten', '--yes');
      expect(stopped.stdout + stopped.stderr).toMatch(/still held|left|not sold/u);
      const books = booksOf(project);
      const said = books.notes.filter(({ strategy_id: id }) => id === 'sound');
      expect(said.map(({ code }) => code)).not.toContain('STOPPED');
      expect(said.at(-1)?.code).toBe('STOPPED_UNSOLD');
      expect(books.orders.filter(({ side, filled }) => side === 'sell' && filled !== '0')).toEqual(
        [],
      );
      expect(Number(books.positions[0]?.amount)).toBeGreaterThan(0);
      const account = accountOf(await liveExchange(project));
      expect(differences(books, account)).toEqual([]);
    },
    DAEMON_TEST_MS,
  );
});
