/**
 * The fault table: what each fault of an exchange makes unmodified ccxt do, by venue. `faultTable.test.ts` runs every row
 * on both venues; docs/simulator.md shows it.
 */
import { FILLS, SYMBOL, outcomeOf } from './faultBench.ts';
import type { FaultRow, Run } from './faultRow.ts';
import { pendingOr, row } from './faultRow.ts';
import { STREAM_FAULTS } from './faultTableStreams.ts';
import { until } from './outcomes.ts';

/** A private question whose request meets a fault. */
const asked =
  (action: object): Run =>
  async (bench) => {
    await bench.fault(action);
    return outcomeOf(bench.exchange.fetchBalance());
  };

/** An order that is accepted, of which the answer is lost, and that is then looked up by its client id. */
const lost =
  (action: object): Run =>
  async (bench) => {
    const id = bench.freshId();
    await bench.fault(action, { clientOrderId: id }, { times: 1, phase: 'after-accept' });
    const outcome = await outcomeOf(bench.limitBuy(id));
    const { status } = await bench.find(id);
    return `${outcome}; ${String(bench.ordersOf(id))} ${String(status)}`;
  };

const page = (status: number): object => ({ type: 'html', status });

/** The venue's own words for a status. */
const told = (status: number): object => ({ type: 'reply', status });

const REFUSALS: readonly FaultRow[] = [
  row(
    'client id of an open order',
    async (bench) => {
      const id = bench.freshId();
      await bench.limitBuy(id);
      return outcomeOf(bench.limitBuy(id));
    },
    'InvalidOrder',
  ),
  row(
    'client id of an order that is over',
    async (bench) => {
      const id = bench.freshId();
      await bench.exchange.cancelOrder(String((await bench.limitBuy(id)).id), SYMBOL);
      return `${await outcomeOf(bench.limitBuy(id))}; ${String(bench.ordersOf(id))}`;
    },
    'no error; 2',
  ),
  row(
    'insufficient funds',
    ({ exchange }) => outcomeOf(exchange.createOrder(SYMBOL, 'limit', 'buy', 5, 50_000)),
    'InsufficientFunds',
  ),
  row(
    'minimum notional',
    ({ exchange }) => outcomeOf(exchange.createOrder(SYMBOL, 'limit', 'buy', 0.00005, 50_000)),
    'BadRequest',
    'InvalidOrder',
  ),
  row(
    'price off the step',
    (bench) => outcomeOf(bench.rawBuy('50000.001', '0.01')),
    'InvalidOrder',
    'ExchangeError',
  ),
  row(
    'amount off the step',
    (bench) => outcomeOf(bench.rawBuy('50000', '0.0100001')),
    'InvalidOrder',
  ),
  row(
    'amount below the step, without a request',
    ({ exchange }) => outcomeOf(exchange.createOrder(SYMBOL, 'limit', 'buy', 0.000001, 50_000)),
    'InvalidOrder',
  ),
  row(
    'post-only that would cross',
    async (bench) => {
      const { exchange } = bench;
      const params = { postOnly: true, clientOrderId: bench.freshId() };
      const outcome = await outcomeOf(
        exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, FILLS, params),
      );
      if (outcome !== 'no error') return outcome;
      return `${outcome}; ${String((await bench.find(params.clientOrderId)).status)}`;
    },
    'OrderImmediatelyFillable',
    'no error; canceled',
  ),
  row(
    'stop that would trigger',
    ({ exchange }) =>
      outcomeOf(
        exchange.createOrder(SYMBOL, 'limit', 'sell', 0.01, 89_000, { stopLossPrice: 90_000 }),
      ),
    'OrderImmediatelyFillable',
    'InvalidOrder',
  ),
  row(
    'cancel of the unknown',
    ({ exchange }) => outcomeOf(exchange.cancelOrder('999999', SYMBOL)),
    'OrderNotFound',
  ),
  row(
    'cancel of all when there are none',
    ({ exchange }) => outcomeOf(exchange.cancelAllOrders(SYMBOL)),
    'OrderNotFound',
    'NotSupported',
  ),
];

const STATUSES: readonly FaultRow[] = [
  ...[403, 451, 500, 502, 503, 520, 522].map((status) =>
    row(
      `${String(status)} with a page`,
      asked(page(status)),
      'ExchangeNotAvailable < NetworkError',
    ),
  ),
  row('504 with a page', asked(page(504)), 'RequestTimeout < NetworkError'),
  row(
    '429 in its own words',
    asked(told(429)),
    'DDoSProtection < NetworkError',
    'RateLimitExceeded < NetworkError',
  ),
  row(
    '418 in its own words',
    asked(told(418)),
    'DDoSProtection < NetworkError',
    'ExchangeNotAvailable < NetworkError',
  ),
  row(
    '500 in its own words',
    asked(told(500)),
    'OperationFailed',
    'ExchangeNotAvailable < NetworkError',
  ),
  row('503 in its own words', asked(told(503)), 'OperationFailed', 'OnMaintenance < NetworkError'),
  row('504 in its own words', asked(told(504)), 'OperationFailed', 'RequestTimeout < NetworkError'),
];

/** The first private question of a client whose key is wrong. OKX is asked one while markets are loaded. */
const strange =
  (over: Readonly<Record<string, string>>): Run =>
  (bench) =>
    outcomeOf(bench.client(over).then((stranger) => stranger.fetchBalance()));

const CONDITIONS: readonly FaultRow[] = [
  row(
    'clock off by a minute',
    async (bench) => {
      await bench.set({ clockSkewMs: 60_000 });
      return outcomeOf(bench.exchange.fetchBalance());
    },
    'InvalidNonce < NetworkError',
  ),
  row(
    'request limit',
    async (bench) => {
      await bench.set({ weightLimitPerMinute: 1 });
      await outcomeOf(bench.exchange.fetchBalance());
      return outcomeOf(bench.exchange.fetchBalance());
    },
    'DDoSProtection < NetworkError',
    'RateLimitExceeded < NetworkError',
  ),
  row(
    'ban',
    async (bench) => {
      await bench.set({ bans: { '*': 30 } });
      return outcomeOf(bench.exchange.fetchBalance());
    },
    'DDoSProtection < NetworkError',
    'RateLimitExceeded < NetworkError',
  ),
  row(
    'key revoked after a success',
    async (bench) => {
      await bench.exchange.fetchBalance();
      await bench.set({ keys: { [bench.account]: 'revoked' } });
      return outcomeOf(bench.exchange.fetchBalance());
    },
    'DDoSProtection < NetworkError',
    'ExchangeError',
  ),
  row(
    'key that may not trade, after a success',
    async (bench) => {
      await bench.exchange.fetchBalance();
      await bench.set({ keys: { [bench.account]: 'read-only' } });
      return outcomeOf(bench.limitBuy());
    },
    'DDoSProtection < NetworkError',
    'ExchangeError',
  ),
  row('bad signature', strange({ secret: 'wrong' }), 'AuthenticationError'),
  row('unknown key', strange({ apiKey: 'unknown' }), 'AuthenticationError'),
  row(
    'maintenance',
    async (bench) => {
      await bench.set({ maintenance: true });
      return outcomeOf(bench.exchange.fetchBalance());
    },
    'OnMaintenance < NetworkError',
  ),
  row(
    'order while the symbol is halted',
    async (bench) => {
      await bench.set({ symbols: { BTCUSDT: { status: 'HALT' } } });
      return outcomeOf(bench.limitBuy());
    },
    'MarketClosed',
    'ContractUnavailable',
  ),
  row(
    'cancel while the symbol is halted',
    async (bench) => {
      const { id } = await bench.limitBuy();
      await bench.set({ symbols: { BTCUSDT: { status: 'HALT' } } });
      return outcomeOf(bench.exchange.cancelOrder(String(id), SYMBOL));
    },
    'no error',
  ),
];

const NO_ANSWERS = [
  ['524 with a page', page(524)],
  ['200 with a page', page(200)],
  ['200 with nothing', { type: 'empty' }],
] as const;

/** What a question gives that is not answered: how much of it there is, and whether any of that is real. */
const NOTHINGS: readonly FaultRow[] = [
  ...NO_ANSWERS.flatMap(([name, action]) => [
    row(
      `${name}: balances`,
      async (bench) => {
        await bench.fault(action);
        return given(bench.exchange.fetchBalance(), ({ total }) => Object.keys(total ?? {}));
      },
      'nothing',
    ),
    row(
      `${name}: bars`,
      async (bench) => {
        await bench.fault(action);
        const bars = bench.exchange.fetchOHLCV(SYMBOL, '1m');
        return given(bars, (rows) => rows.flat().filter((value) => value !== undefined));
      },
      'nothing',
    ),
    row(
      `${name}: an order`,
      async (bench) => {
        const id = bench.freshId();
        await bench.fault(action);
        const order = given(bench.limitBuy(id), (made) => [made.id].filter(Boolean));
        return `${await order}; ${String(bench.ordersOf(id))}`;
      },
      'TypeError; 0',
      'nothing; 0',
    ),
  ]),
  row(
    '200 with a page: open orders',
    async (bench) => {
      await bench.fault(page(200));
      const orders = await bench.exchange.fetchOpenOrders(SYMBOL);
      return `${orders.length > 100 ? 'hundreds' : String(orders.length)}; ${String(orders[0]?.id)}`;
    },
    'hundreds; undefined',
    '0; undefined',
  ),
  row(
    '200 `{}` to an order',
    async (bench) => {
      const id = bench.freshId();
      await bench.fault(
        { type: 'reply', status: 200, body: {} },
        { clientOrderId: id },
        { times: 1, phase: 'after-accept' },
      );
      const order = given(bench.limitBuy(id), (made) => [made.id].filter(Boolean));
      return `${await order}; ${String(bench.ordersOf(id))}`;
    },
    'nothing; 1',
    'ExchangeError; 1',
  ),
];

/** `nothing` when there is nothing real in what a call gives; the class it raises when it does. */
async function given<T>(
  call: Promise<T>,
  realPartsOf: (value: T) => readonly unknown[],
): Promise<string> {
  const outcome = await outcomeOf(call);
  if (outcome !== 'no error') return outcome;
  const real = realPartsOf(await call);
  return real.length === 0 ? 'nothing' : `${String(real.length)} values`;
}

const CONNECTIONS: readonly FaultRow[] = [
  row('reset before headers', asked({ type: 'reset' }), 'NetworkError'),
  row('reset in the body', asked({ type: 'reset-in-body' }), 'SocketError'),
  row('body cut short', asked({ type: 'truncate-body' }), 'SocketError'),
  row('no answer', asked({ type: 'hang' }), 'RequestTimeout < NetworkError'),
  row(
    'headers and then nothing',
    async (bench) => {
      await bench.fault({ type: 'stall-body' });
      return pendingOr(bench.exchange.fetchBalance());
    },
    'pending',
  ),
];

const LOST: readonly FaultRow[] = [
  row('accepted, no answer', lost({ type: 'hang' }), 'RequestTimeout < NetworkError; 1 open'),
  row('accepted, reset', lost({ type: 'reset' }), 'NetworkError; 1 open'),
  row('accepted, 502 with a page', lost(page(502)), 'ExchangeNotAvailable < NetworkError; 1 open'),
  row('accepted, body cut short', lost({ type: 'truncate-body' }), 'SocketError; 1 open'),
  row('accepted, reset in the body', lost({ type: 'reset-in-body' }), 'SocketError; 1 open'),
  row(
    'accepted at market, no answer, sent again',
    async (bench) => {
      const id = bench.freshId();
      await bench.fault(
        { type: 'hang' },
        { clientOrderId: id },
        { times: 1, phase: 'after-accept' },
      );
      const outcome = await outcomeOf(bench.marketBuy(id));
      await outcomeOf(bench.marketBuy(id));
      return `${outcome}; ${String(bench.executionsOf(id))} executions`;
    },
    'RequestTimeout < NetworkError; 2 executions',
  ),
  row(
    'accepted at market, no answer, `maxRetriesOnFailure: 2`',
    async (bench) => {
      const id = bench.freshId();
      await bench.fault(
        { type: 'hang' },
        { clientOrderId: id },
        { times: 2, phase: 'after-accept' },
      );
      bench.exchange.options['maxRetriesOnFailure'] = 2;
      const outcome = await outcomeOf(bench.marketBuy(id));
      return `${outcome}; ${String(bench.executionsOf(id))} executions`;
    },
    'no error; 3 executions',
  ),
  row(
    'accepted late',
    async (bench) => {
      const id = bench.freshId();
      await bench.fault({ type: 'late-accept', ms: 1_200 }, { clientOrderId: id });
      const first = await outcomeOf(bench.limitBuy(id));
      const second = await outcomeOf(bench.find(id));
      await until(() => bench.ordersOf(id) === 1, 'the order');
      return `${first}; ${second}; ${String((await bench.find(id)).status)}`;
    },
    'RequestTimeout < NetworkError; OrderNotFound; open',
  ),
  row(
    'answer to a cancel lost',
    async (bench) => {
      const { id } = await bench.limitBuy();
      await bench.fault({ type: 'hang' }, bench.words.cancel, { times: 1, phase: 'after-accept' });
      const cancel = (): Promise<unknown> => bench.exchange.cancelOrder(String(id), SYMBOL);
      const outcomes = [await outcomeOf(cancel()), await outcomeOf(cancel())];
      return [...outcomes, (await bench.exchange.fetchOrder(String(id), SYMBOL)).status].join('; ');
    },
    'RequestTimeout < NetworkError; OrderNotFound; canceled',
  ),
];

export const FAULT_TABLE: readonly FaultRow[] = [
  ...REFUSALS,
  ...STATUSES,
  ...CONDITIONS,
  ...NOTHINGS,
  ...CONNECTIONS,
  ...LOST,
  ...STREAM_FAULTS,
];
