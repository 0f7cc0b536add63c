/**
 * No key of plimsoll.yaml is dead. Each is changed alone: something of the configuration in use must differ, and that must be read
 * by the program when it is put together and run. A key that is not in the table fails the test, so a new one cannot be forgotten.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { toConfig, type PlimsollConfig } from '../../../src/adapters/config/config.ts';
import { loadConfig, type LoadedConfig } from '../../../src/adapters/config/load.ts';
import { describeConfig } from '../../../src/adapters/config/reference.ts';
import { CONFIG_SCHEMA } from '../../../src/adapters/config/schema.ts';
import { memoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { accountFor } from '../../../src/compose/backtestAccount.ts';
import { conditionsOf } from '../../../src/compose/conditions.ts';
import { liveVenue } from '../../../src/compose/live.ts';
import { openLogger } from '../../../src/compose/openLogger.ts';
import { paperVenue } from '../../../src/compose/paper.ts';
import { readSettings } from '../../../src/compose/settings.ts';
import { openBooks, traderDeps } from '../../../src/compose/shared.ts';
import { requestOf } from '../../../src/compose/simulatorRequestOf.ts';
import { worldOf } from '../../../src/compose/simulatorWorld.ts';
import type { Json } from '../../../src/core/domain/json.ts';
import { USDT } from '../../builders/orders.ts';
import { QUIET } from '../../builders/runtime.ts';
import { aTrader, FakeExchange } from '../../builders/trader.ts';

const root = mkdtempSync(join(tmpdir(), 'plimsoll-keys-'));
const file = join(root, 'config', 'plimsoll.yaml');
for (const folder of ['config', 'strategies', 'others', 'data']) mkdirSync(join(root, folder));
const dca = (id: string): string =>
  `schema_version: 1\nid: ${id}\nkind: dca\nsymbol: BTC/USDT\ntimeframe: 1m\nbudget: 100 USDT\nevery: 10m\namount: 50 USDT\n`;
writeFileSync(join(root, 'strategies', 'a.yaml'), dca('a'));
writeFileSync(join(root, 'others', 'b.yaml'), dca('b'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

type Document = Readonly<Record<string, Json>>;

/** Every key that there is. */
const FULL = {
  schema_version: 1,
  mode: 'sandbox',
  exchange: {
    ...{ id: 'binance', unproven: 'refuse', account: 'main', testnet: false },
    proxy: 'http://10.0.0.1:3128',
    simulated: {
      ...{ port: 0, seed: 1, speed: 60, state: 'simulator', balances: { USDT: '10000' } },
      replay: { file: 'a.csv', symbol: 'BTC/USDT' },
    },
  },
  data_dir: 'data',
  queue: { backend: 'embedded', prefix: 'plimsoll' },
  risk: {
    ...{ max_total_exposure: '500 USDT', price_band: '5%', max_open_orders: 100 },
    ...{ stale_after: '30s', order_ttl: '30s' },
  },
  paper: { balances: { USDT: '10000' }, fees: { maker: '0.1%', taker: '0.1%' } },
  fills: { slippage: '0.05%', touch: 'through', max_share: '10%', latency: '0s' },
  recording: { enabled: true, max_size_mb: 1000, max_age: '30d' },
  strategies: 'strategies/*.yaml',
  log: { level: 'info', file: 'plimsoll.log' },
  control: { socket: 'plimsoll.sock' },
} as const;

/** Another value of each. */
const OTHERS: Document = {
  mode: 'paper',
  'exchange.id': 'okx',
  'exchange.unproven': 'accept',
  'exchange.account': 'second',
  'exchange.testnet': true,
  'exchange.proxy': 'socks5://10.0.0.1:1080',
  'exchange.simulated.port': 5_001,
  'exchange.simulated.seed': 2,
  'exchange.simulated.speed': 10,
  'exchange.simulated.state': 'world',
  'exchange.simulated.balances': { USDT: '5' },
  'exchange.simulated.replay.file': 'b.csv',
  'exchange.simulated.replay.symbol': 'ETH/USDT',
  data_dir: 'elsewhere',
  'queue.backend': 'redis',
  'queue.prefix': 'other',
  'risk.max_total_exposure': '600 USDT',
  'risk.price_band': '4%',
  'risk.max_open_orders': 90,
  'risk.stale_after': '40s',
  'risk.order_ttl': '40s',
  'paper.balances': { USDT: '5' },
  'paper.fees.maker': '0.2%',
  'paper.fees.taker': '0.2%',
  'fills.slippage': '0.1%',
  'fills.touch': 'fills',
  'fills.max_share': '20%',
  'fills.latency': '1s',
  'recording.enabled': false,
  'recording.max_size_mb': 500,
  'recording.max_age': '20d',
  'log.level': 'debug',
  'log.file': 'other.log',
  'control.socket': 'other.sock',
};

function changed(key: string, value: Json | undefined): Document {
  const document = JSON.parse(JSON.stringify(FULL)) as Record<string, Json>;
  const path = key.split('.');
  const last = path.pop() ?? '';
  let place = document;
  for (const step of path) place = place[step] as Record<string, Json>;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return document;
}

function configOf(document: unknown): PlimsollConfig {
  const place = { file, root, hasRedisUrl: false };
  return toConfig(CONFIG_SCHEMA.parse(document), place);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Every value of a configuration by its path. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  if (!isPlain(value)) return new Map([[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...leavesOf(inner, path === '' ? key : `${path}.${key}`),
    ]),
  );
}

function differingPaths(a: PlimsollConfig, b: PlimsollConfig): string[] {
  const [left, right] = [leavesOf(a), leavesOf(b)];
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths].filter((path) => left.get(path) !== right.get(path));
}

/** The same configuration, which takes down what is read of it. */
function recorded<Value>(value: Value, reads: Set<string>, path = ''): Value {
  if (!isPlain(value)) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const inner: unknown = Reflect.get(target, key);
      const name = path === '' ? String(key) : `${path}.${String(key)}`;
      if (!isPlain(inner)) reads.add(name);
      return recorded(inner, reads, name);
    },
  });
}

const CARD = {
  ...{ pid: 1, port: 1, controlUrl: '', controlToken: '', venue: 'binance', worldId: 'w' },
  ...{ apiKey: 'k', secret: 's', passphrase: '' },
};

/** What the program reads of its configuration when it is put together in every mode, and runs. */
async function readByTheProgram(): Promise<Set<string>> {
  const reads = new Set<string>();
  const loaded = (document: unknown): LoadedConfig => ({
    ...{ config: recorded(configOf(document), reads), strategies: [], disabled: [], hash: '' },
    ...{ hashes: new Map(), files: [file], effective: {}, warnings: [] },
    secrets: { redisUrl: 'redis://127.0.0.1:1', apiKey: 'k', apiSecret: 's' },
  });
  const sandbox = loaded(changed('exchange.proxy', undefined));
  openBooks(sandbox, 'world').close();
  openLogger(sandbox, []).close();
  conditionsOf(sandbox);
  const { id, simulated } = configOf(FULL).exchange;
  if (!simulated) throw new Error('it has no simulated exchange');
  const request = recorded(requestOf(id, simulated), reads, 'exchange.simulated');
  // What of it is an object goes on as it is: the recording's file and market.
  JSON.stringify(worldOf(request, { apiKey: 'k', secret: 's', passphrase: '' }));
  // The engine of a whole trader, with the limits as they are composed.
  const exchange = new FakeExchange();
  const quiet = (): Promise<void> => Promise.resolve();
  const feed = { history: async () => [], open: quiet, close: quiet };
  const venue = { gateway: exchange, feed, quiet, name: 'test' };
  const means = { journal: memoryJournal(createMemoryStore()), venue, logger: QUIET };
  const { limits } = await traderDeps(sandbox, { ...means, exitsOnly: false });
  const bench = aTrader({ exchange, deps: { limits } });
  await bench.start();
  await bench.buy(0);
  const redis = loaded(changed('queue.backend', 'redis'));
  await traderDeps(redis, { ...means, exitsOnly: false });
  const bare = { ...FULL.exchange, simulated: undefined, testnet: true };
  const testnet = liveVenue(loaded({ ...FULL, exchange: bare }), undefined, QUIET);
  const paper = paperVenue(loaded({ ...FULL, mode: 'paper' }), CARD as never, QUIET);
  for (const { gateway } of [testnet, paper]) await gateway.close();
  return reads;
}

/** What is read on the way in, where nothing can take it down: tried by what comes of it. */
const ELSEWHERE: Readonly<Record<string, () => void>> = {
  'exchange.acceptsUnproven': () => {
    const asked = (unproven: string): boolean => {
      writeFileSync(
        file,
        `schema_version: 1\nmode: paper\nexchange: { id: gate, unproven: ${unproven} }\nrisk: { max_total_exposure: 500 USDT }\n`,
      );
      return loadConfig(file, {}).ok;
    };
    expect([asked('refuse'), asked('accept')]).toEqual([false, true]);
  },
  socket: () => {
    const socketOf = (name: string): string => {
      writeFileSync(
        file,
        `schema_version: 1\nmode: paper\nrisk: { max_total_exposure: 500 USDT }\ncontrol: { socket: ${name} }\n`,
      );
      const reading = readSettings(file);
      return reading.ok ? reading.config.socket : '';
    };
    expect([socketOf('a.sock'), socketOf('b.sock')]).toEqual([
      join(root, 'data', 'a.sock'),
      join(root, 'data', 'b.sock'),
    ]);
  },
  'fills.maxShare': () => {
    writeFileSync(file, JSON.stringify(changed('fills.max_share', '20%')));
    const choice = { file, isNamed: true };
    expect(accountFor(USDT, choice, () => undefined).fills.maxShare).toBe(0.2);
  },
};

describe('each key of the configuration', () => {
  const documented = describeConfig().map(({ key }) => key);
  /** Blocks have no value of their own; their keys do. */
  const leaves = documented.filter(
    (key) => !documented.some((other) => other.startsWith(`${key}.`)),
  );

  it('has another value here, and nothing else has', () => {
    const named = [...Object.keys(OTHERS), 'schema_version', 'strategies'];
    expect(named.sort()).toEqual([...leaves].sort());
  });

  it('changes something that the program reads', async () => {
    const reads = await readByTheProgram();
    const dead = Object.entries(OTHERS).filter(([key, value]) => {
      const paths = differingPaths(configOf(FULL), configOf(changed(key, value)));
      const isRead = (path: string): boolean =>
        [...reads].some((read) => read === path || read.startsWith(`${path}.`));
      return !paths.some((path) => isRead(path) || path in ELSEWHERE);
    });
    expect(dead.map(([key]) => key)).toEqual([]);
  }, 60_000);

  it.each(Object.entries(ELSEWHERE))(
    'is heard where it is read on the way in: %s',
    (_path, tried) => {
      tried();
    },
  );

  it('strategies says which run, and schema_version is that of this program', () => {
    const running = (pattern: string): string[] => {
      const document = { ...FULL, exchange: { id: 'binance' }, mode: 'paper' };
      writeFileSync(file, JSON.stringify({ ...document, strategies: pattern }));
      const loaded = loadConfig(file, {});
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
      return loaded.value.strategies.map(({ id }) => id);
    };
    expect([running('strategies/*.yaml'), running('others/*.yaml')]).toEqual([['a'], ['b']]);
    expect(CONFIG_SCHEMA.safeParse({ ...FULL, schema_version: 2 }).success).toBe(false);
  });
});
