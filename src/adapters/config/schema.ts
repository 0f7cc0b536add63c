/** The schema of plimsoll.yaml: what is checked, what editors know, and what the reference says, from one source. */
import { z } from 'zod';
import { EXCHANGE_IDS, PROVEN_EXCHANGES } from '../../core/domain/exchanges.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../core/domain/time.ts';
import { schemaVersion } from '../../core/strategies/common.ts';
import {
  amountText,
  choice,
  count,
  duration,
  factor,
  flag,
  money,
  name,
  percent,
} from '../../core/strategies/units.ts';

/** Version of the configuration format. */
const CONFIG_SCHEMA_VERSION = 1;

/** Most entries of `strategies`. */
const PATTERNS_MAX = 50;

const path = (what: string): z.ZodString =>
  z
    .string({ error: `write ${what} as text` })
    .min(1, { error: 'must not be empty' })
    .max(1_024, { error: 'is longer than any path' });

const balances = z.record(
  z.string().regex(/^[A-Z0-9]{1,20}$/, {
    error: 'is not an asset code such as USDT (capitals and digits)',
  }),
  amountText(),
);

const simulated = z
  .strictObject({
    port: count({ min: 0, max: 65_535 })
      .default(0)
      .describe('Port on 127.0.0.1; 0 takes any free one.'),
    seed: count({ min: 0, max: 4_294_967_295 })
      .default(1)
      .describe('Seed of the synthetic market: the same seed gives the same prices.'),
    speed: factor({ min: 0.1, max: 600 })
      .default(60)
      .describe('Market seconds per second of the wall clock.'),
    state: path('a folder')
      .default('simulator')
      .describe(
        'Folder below data_dir where the exchange keeps its world. Delete it to begin anew.',
      ),
    balances: balances.prefault({ USDT: '10000' }).describe('Play money of a new world, by asset.'),
    replay: z
      .strictObject({
        file: path('a file').describe('Recorded candles or trades (CSV, gzipped or not).'),
        symbol: z
          .string()
          .regex(/^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/, { error: 'write a market such as "BTC/USDT"' })
          .optional()
          .describe('Market of the recording, when its file name does not tell.'),
      })
      .optional()
      .describe('Replay a recording instead of the synthetic market.'),
  })
  .optional()
  .describe(
    'Use the built-in simulated exchange, a process of its own on this machine, instead of a real one.',
  );

const PROXY_EXPECTED = 'an address such as "http://10.0.0.1:3128" or "socks5://10.0.0.1:1080"';

const proxy = z
  .string({ error: `write ${PROXY_EXPECTED}` })
  .max(300, { error: 'is longer than any address' })
  .superRefine((text, context) => {
    const message = proxyProblem(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** What is wrong with the address of a proxy; undefined when nothing is. */
function proxyProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'socks5:'].includes(url.protocol))
    return `${JSON.stringify(text)} is not ${PROXY_EXPECTED}`;
  if (url.username !== '' || url.password !== '')
    return 'holds a user or a password; write them as PLIMSOLL_PROXY_AUTH=user:password into .env';
  if (url.pathname.length > 1 || url.search !== '' || url.hash !== '')
    return 'is more than an address; write scheme, host and port alone';
  // 80 is left out of what is parsed, whether it was written or not.
  return /:\d+\/?$/u.test(text) ? undefined : `has no port; write ${PROXY_EXPECTED}`;
}

const exchange = z
  .strictObject({
    id: choice(EXCHANGE_IDS)
      .default('binance')
      .describe(
        `Which exchange. ${PROVEN_EXCHANGES.join(' and ')} are run against the simulated exchange with every change of this program; the others are known from their documentation and recorded answers alone, and need \`unproven: accept\`.`,
      ),
    unproven: choice(['refuse', 'accept'])
      .default('refuse')
      .describe(
        'accept: use an exchange that this program was never run against, in whatever mode. Begin with small orders.',
      ),
    account: name('main')
      .default('main')
      .describe(
        'Name of the account, for your own records. Keys come from the environment, never from a file like this.',
      ),
    testnet: flag()
      .default(false)
      .describe('Mode sandbox only: use the exchange’s own test network, with keys made there.'),
    proxy: proxy
      .optional()
      .describe(
        'Proxy that every request and every stream to the exchange goes through: `http://HOST:PORT` or `socks5://HOST:PORT`. User and password of it come from the environment (PLIMSOLL_PROXY_AUTH).',
      ),
    simulated,
  })
  .prefault({});

const queue = z
  .strictObject({
    backend: choice(['auto', 'redis', 'embedded'])
      .default('auto')
      .describe(
        'Where orders are queued. auto: Redis when REDIS_URL is set, otherwise the embedded database.',
      ),
    prefix: name('plimsoll')
      .default('plimsoll')
      .describe('Prefix of the keys in Redis; daemons that share one Redis need different ones.'),
  })
  .prefault({});

const risk = z.strictObject({
  max_total_exposure: money().describe(
    'Most quote that all strategies together may have at work: cost of positions plus open buys, fees included. Its currency is the quote of all strategies.',
  ),
  price_band: percent({ min: 0.001, max: 0.5 })
    .prefault('5%')
    .describe('Limit orders farther than this from the last price are refused.'),
  max_open_orders: count({ min: 1, max: 500 })
    .default(100)
    .describe('Entries are refused while this many orders are open; exits never are.'),
  stale_after: duration({ min: SECOND_MS, max: HOUR_MS })
    .prefault('30s')
    .describe('Wall time without market data of a symbol after which it gets no entries.'),
  order_ttl: duration({ min: SECOND_MS, max: HOUR_MS })
    .prefault('30s')
    .describe('Wall time after which an order that could not be sent is dropped instead.'),
});

const paper = z
  .strictObject({
    balances: balances.prefault({ USDT: '10000' }).describe('Play money to begin with, by asset.'),
    fees: z
      .strictObject({
        maker: percent({ min: 0, max: 0.05 })
          .prefault('0.1%')
          .describe('Fee of orders that rest in the book.'),
        taker: percent({ min: 0, max: 0.05 })
          .prefault('0.1%')
          .describe('Fee of orders that trade at once.'),
      })
      .prefault({}),
  })
  .prefault({});

const fills = z
  .strictObject({
    slippage: percent({ min: 0, max: 0.1 })
      .prefault('0.05%')
      .describe('How much worse than the price seen an order is filled that takes it.'),
    touch: choice(['through', 'fills'])
      .default('through')
      .describe(
        'What a resting order gets when the market only touches its price. through: nothing until the market trades through it, since nobody knows what was queued before it. fills: its fill.',
      ),
    max_share: percent({ min: 0.0001, max: 1 })
      .prefault('10%')
      .describe(
        'Most of a bar’s volume that all orders of the account together get; the rest of them waits. Not applied to recordings without volumes.',
      ),
    latency: duration({ min: 0, max: 60 * SECOND_MS })
      .prefault('0s')
      .describe(
        'Time between a decision and its arrival at the exchange. In backtests over bars an order waits for the first bar that opens after it has arrived.',
      ),
  })
  .prefault({});

const recording = z
  .strictObject({
    enabled: flag()
      .default(true)
      .describe(
        'Record what goes into the engine and what it asks for, so that `plimsoll replay` can do the run again.',
      ),
    max_size_mb: count({ min: 10, max: 1_000_000 })
      .default(1_000)
      .describe(
        'Megabytes that all recordings together may take. The oldest run goes first; a run that alone is larger is recorded no further.',
      ),
    max_age: duration({ min: HOUR_MS, max: 3_650 * DAY_MS })
      .prefault('30d')
      .describe('Recordings of runs that ended longer ago than this are deleted.'),
  })
  .prefault({});

const log = z
  .strictObject({
    level: choice(['debug', 'info', 'warn', 'error'])
      .default('info')
      .describe('Least severity that is written.'),
    file: path('a file')
      .default('plimsoll.log')
      .describe('Log file below data_dir, or an absolute path. Rotated by size.'),
  })
  .prefault({});

const control = z
  .strictObject({
    socket: path('a file')
      .default('plimsoll.sock')
      .describe(
        'Socket below data_dir, or an absolute path, over which the command line talks to the daemon.',
      ),
  })
  .prefault({});

const pattern = path('a path such as "strategies/*.yaml"');

export const CONFIG_SCHEMA = z.strictObject({
  schema_version: schemaVersion(CONFIG_SCHEMA_VERSION).describe('Version of the file format.'),
  mode: choice(['paper', 'sandbox', 'live']).describe(
    'paper: real market data, orders filled by a model of our own. sandbox: real orders against play money, at the simulated exchange or a test network. live: real money; also needs --live and arming at a terminal.',
  ),
  exchange,
  data_dir: path('a folder')
    .default('data')
    .describe(
      'Folder for the database, the queue, logs and recordings. Relative paths start at the project folder.',
    ),
  queue,
  risk,
  paper: paper.describe('Mode paper, and backtests.'),
  fills: fills.describe(
    'How orders are filled in mode paper and in backtests. The rules are in docs/fills.md.',
  ),
  strategies: z
    .union([pattern, z.array(pattern).min(1).max(PATTERNS_MAX)], {
      error: 'write a path such as "strategies/*.yaml", or a list of paths',
    })
    .default('strategies/*.yaml')
    .describe(
      'Strategy files: paths from the project folder; `*` in the file name matches any text.',
    ),
  recording: recording.describe('Recordings of runs, below data_dir; docs/replay.md.'),
  log,
  control,
});

export type ConfigDocument = z.output<typeof CONFIG_SCHEMA>;
