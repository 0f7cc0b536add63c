/** The rows of the fault table about websockets; see `faultTable.ts`. */
import type { FaultBench } from './faultBench.ts';
import { SYMBOL, failureOf, outcomeOf, silenceOf } from './faultBench.ts';
import type { FaultRow, Run } from './faultRow.ts';
import { pendingOr, row } from './faultRow.ts';
import { isPendingAfter } from './outcomes.ts';

/** A market stream that works meets a fault; what comes of it, and of the next call. */
const streamed =
  (action: object): Run =>
  async (bench) => {
    const trades = (): Promise<unknown> => bench.exchange.watchTrades(SYMBOL);
    await trades();
    await bench.fault(action, { path: bench.words.market });
    return `${await failureOf(trades)}; ${await outcomeOf(trades())}`;
  };

/** The same of the handshake. */
const dialled =
  (action: object): Run =>
  async (bench) => {
    const trades = (): Promise<unknown> => bench.exchange.watchTrades(SYMBOL);
    await bench.fault(action, { path: bench.words.market });
    return `${await outcomeOf(trades())}; ${await outcomeOf(trades())}`;
  };

/** Three updates of a followed book meet a fault: one alone may be the repetition of a quiet book, which leaves no gap. */
const booked =
  (action: object, times = 3): Run =>
  async (bench) => {
    const book = (): Promise<unknown> => bench.exchange.watchOrderBook(SYMBOL);
    await book();
    await bench.fault(action, { event: 'depth', symbol: 'BTCUSDT' }, { times });
    return `${await failureOf(book)}; ${await outcomeOf(book())}`;
  };

export const STREAM_FAULTS: readonly FaultRow[] = [
  row('stream cut', streamed({ type: 'terminate' }), 'NetworkError; no error'),
  row('stream closed', streamed({ type: 'close', code: 1001 }), 'NetworkError; no error'),
  row(
    'stream silent without pongs',
    streamed({ type: 'stall', pong: false }),
    'RequestTimeout < NetworkError; no error',
  ),
  row(
    'stream silent with pongs',
    async (bench) => {
      const trades = (): Promise<unknown> => bench.exchange.watchTrades(SYMBOL);
      await trades();
      await bench.fault({ type: 'stall' }, { path: bench.words.market });
      return silenceOf(trades);
    },
    'pending',
  ),
  row(
    'subscription ignored',
    async (bench) => {
      await bench.fault({ type: 'ignore-subscribe' }, { stream: bench.words.trades });
      return silenceOf(() => bench.exchange.watchTrades(SYMBOL));
    },
    'pending',
  ),
  row(
    'frame that is no JSON',
    async (bench) => {
      const trades = (): Promise<unknown> => bench.exchange.watchTrades(SYMBOL);
      await trades();
      await bench.fault({ type: 'bad-frame' }, { event: 'trade' });
      return `${await failureOf(trades, 3_000)}; ${await outcomeOf(trades())}`;
    },
    'TypeError; no error',
    'no error; no error',
  ),
  row('handshake refused', dialled({ type: 'refuse-upgrade' }), 'NetworkError; no error'),
  row(
    'handshake hung',
    dialled({ type: 'hang-upgrade' }),
    'RequestTimeout < NetworkError; no error',
  ),
  row(
    'gap in the book',
    booked({ type: 'drop-event' }),
    'ChecksumError < NetworkError; no error',
    'InvalidNonce < NetworkError; no error',
  ),
  row(
    'updates of the book swapped',
    booked({ type: 'swap-event' }, 1),
    'ChecksumError < NetworkError; no error',
    'InvalidNonce < NetworkError; no error',
  ),
  row(
    'user stream: handshake refused',
    async (bench) => {
      await bench.fault({ type: 'refuse-upgrade' }, { path: bench.words.user });
      return outcomeOf(bench.exchange.watchOrders(SYMBOL));
    },
    'NetworkError',
  ),
  row(
    'user stream: cut',
    async (bench) => {
      await followed(bench);
      const seen = outcomeOf(bench.exchange.watchOrders(SYMBOL));
      await bench.fault({ type: 'terminate' }, { path: bench.words.user });
      return seen;
    },
    'NetworkError',
  ),
  row(
    'user stream: ended by the exchange',
    async (bench) => {
      await followed(bench);
      const next = pendingOr(bench.exchange.watchOrders(SYMBOL));
      await bench.fault({ type: 'end-user-stream' }, { path: bench.words.user });
      return next;
    },
    'pending',
    'NetworkError',
  ),
  row(
    'user stream: event lost',
    async (bench) => {
      await followed(bench);
      const id = bench.freshId();
      await bench.fault({ type: 'drop-event' }, { event: 'order', clientOrderId: id });
      const next = pendingOr(bench.exchange.watchOrders(SYMBOL));
      await bench.limitBuy(id);
      return next;
    },
    'pending',
  ),
];

/** Places orders until the user stream tells of one: it is up, and nothing older is under way on it. */
async function followed(bench: FaultBench): Promise<void> {
  const told = bench.exchange.watchOrders(SYMBOL);
  do await bench.limitBuy();
  while (await isPendingAfter(told, 100));
  await told;
}
