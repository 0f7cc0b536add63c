/** A simulated exchange of either venue with unmodified ccxt in front of it: what the fault table is run on. */
import type { Exchange } from 'ccxt';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt, overOption, withoutStrays } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import type { Okx } from './okxClient.ts';
import { OKX_ACCOUNT, OKX_KEY, connectOkx } from './okxClient.ts';
import { errorOf, isPendingAfter, thrownBy } from './outcomes.ts';
import { KEY } from './signedClient.ts';

export type VenueName = 'binance' | 'okx';
export const VENUES: readonly VenueName[] = ['binance', 'okx'];

export const SYMBOL = 'BTC/USDT';
const TIMEOUT_MS = 700;
const KEEP_ALIVE_MS = 400;
/** Prices of a buy that rests and of one that fills. */
const RESTS = 50_000;
export const FILLS = 90_000;
/** A buy that rests, to be changed into what is refused. */
const RAW = {
  binance: { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' },
  okx: { instId: 'BTC-USDT', side: 'buy', ordType: 'limit', tdMode: 'cash' },
} as const;

/** Timers that are short, so that what takes minutes takes a second. */
const SETTINGS = {
  timeout: TIMEOUT_MS,
  streaming: { keepAlive: KEEP_ALIVE_MS, connectionTimeout: 800 },
};

/** What the same thing is called on each venue, for rules to match. */
interface Words {
  readonly cancel: object;
  readonly snapshot: string;
  readonly market: string;
  readonly user: string;
  readonly trades: string;
}

const WORDS: Readonly<Record<VenueName, Words>> = {
  binance: {
    cancel: { method: 'DELETE' },
    snapshot: '/api/v3/depth',
    market: '/stream/*',
    user: '/ws-api/*',
    trades: 'btcusdt@trade',
  },
  okx: {
    cancel: { path: '/api/v5/trade/cancel-order' },
    snapshot: '/api/v5/market/books',
    market: '/ws/v5/public',
    user: '/ws/v5/private',
    trades: 'trades:BTC-USDT',
  },
};

type RawBinance = Pick<Binance, 'privatePostOrder'>;
type RawOkx = Pick<Okx, 'privatePostTradeBatchOrders'>;

export class FaultBench {
  readonly venue: VenueName;
  readonly simulator: Simulator;
  readonly words: Words;
  exchange: Exchange;
  #ids = 0;

  private constructor(venue: VenueName, simulator: Simulator, exchange: Exchange) {
    this.venue = venue;
    this.simulator = simulator;
    this.words = WORDS[venue];
    this.exchange = exchange;
  }

  static async start(venue: VenueName): Promise<FaultBench> {
    const simulator = await startSimulator({
      port: 0,
      venue,
      seed: 5,
      speed: 30,
      historyBars: 5,
      accounts: [
        { ...(venue === 'okx' ? OKX_ACCOUNT : KEY), balances: { USDT: '100000', BTC: '1' } },
      ],
    });
    return new FaultBench(venue, simulator, await connect(venue, simulator));
  }

  /** Heals everything and takes a fresh client. */
  async renew(): Promise<void> {
    const { simulator } = this;
    await control(simulator, 'DELETE /rules');
    await this.set({
      ...{ clockSkewMs: 0, maintenance: false, weightLimitPerMinute: null },
      keys: { [this.account]: 'ok' },
      bans: { '*': 0, [this.account]: 0 },
      symbols: { BTCUSDT: { status: 'TRADING' } },
    });
    await this.exchange.close();
    await control(simulator, 'POST /barrier');
    simulator.world.cancelAll(this.account);
    this.exchange = await connect(this.venue, simulator);
  }

  async close(): Promise<void> {
    await this.exchange.close();
    await this.simulator.close();
  }

  /** A second client of the same account, with what it is told besides. */
  client(over: Readonly<Record<string, string>> = {}): Promise<Exchange> {
    return connect(this.venue, this.simulator, over);
  }

  get account(): string {
    return this.simulator.state().accounts[0]?.id ?? '';
  }

  /** Lets a fault happen once, or as often as `more` says. */
  async fault(action: object, match: object = {}, more: object = { times: 1 }): Promise<void> {
    const { status, body } = await control(this.simulator, 'POST /rules', {
      match,
      ...more,
      action,
    });
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  async set(conditions: object): Promise<void> {
    const { status, body } = await control(this.simulator, 'POST /conditions', conditions);
    if (status !== 200) throw new Error(JSON.stringify(body));
  }

  freshId(): string {
    this.#ids += 1;
    return `id${String(this.#ids)}`;
  }

  limitBuy(clientOrderId = this.freshId(), price = RESTS): ReturnType<Exchange['createOrder']> {
    return this.exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, { clientOrderId });
  }

  marketBuy(clientOrderId: string): ReturnType<Exchange['createOrder']> {
    return this.exchange.createOrder(SYMBOL, 'market', 'buy', 0.001, undefined, { clientOrderId });
  }

  find(clientOrderId: string): ReturnType<Exchange['fetchOrder']> {
    return this.exchange.fetchOrder('', SYMBOL, { clientOrderId });
  }

  /** Sends an order as it is, without ccxt's own rounding. */
  rawBuy(price: string, size: string): Promise<unknown> {
    const client: unknown = this.exchange;
    return this.venue === 'binance'
      ? (client as RawBinance).privatePostOrder({ ...RAW.binance, price, quantity: size })
      : (client as RawOkx).privatePostTradeBatchOrders([{ ...RAW.okx, px: price, sz: size }]);
  }

  /** How many orders the exchange has accepted under a client id. */
  ordersOf(clientOrderId: string): number {
    const { accounts } = this.simulator.world.engine;
    const orders = accounts.get(this.account)?.ordersSince() ?? [];
    return orders.filter((order) => order.clientOrderId === clientOrderId).length;
  }

  executionsOf(clientOrderId: string): number {
    return this.simulator.state().accounts[0]?.executions[clientOrderId] ?? 0;
  }
}

async function connect(
  venue: VenueName,
  { urls, okxUrls }: Simulator,
  over: Readonly<Record<string, string>> = {},
): Promise<Exchange> {
  if (venue === 'okx') return ready(await connectOkx(okxUrls, { ...OKX_KEY, ...over }, SETTINGS));
  return ready(withoutStrays(await connectCcxt(urls, { ...KEY, ...over }, SETTINGS)));
}

async function ready<Client extends Binance | Okx>(client: Client): Promise<Client> {
  overOption(client, 'ws', { backoff: { base: 10, max: 50 } });
  await client.loadMarkets();
  return client;
}

/** What came of a call: `no error`, or the class it raised, marked when it is a kind of NetworkError. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  if ((await errorOf(call)) === 'no error') return 'no error';
  const { thrown, classes } = await thrownBy(call);
  return classes.slice(1).includes('NetworkError') ? `${thrown} < NetworkError` : thrown;
}

/** Watches until a call rejects, and tells with what; `no error` when none has for so long. */
export async function failureOf(watch: () => Promise<unknown>, ms = 10_000): Promise<string> {
  const end = Date.now() + ms;
  for (;;) {
    const outcome = await outcomeOf(watch());
    if (outcome !== 'no error' || Date.now() > end) return outcome;
  }
}

/** `pending` when nothing more comes; what is under way when it falls silent may still arrive. */
export async function silenceOf(watch: () => Promise<unknown>): Promise<string> {
  const end = Date.now() + 10_000;
  for (;;) {
    const call = watch();
    call.catch(() => undefined);
    if (await isPendingAfter(call, 5 * KEEP_ALIVE_MS)) return 'pending';
    if (Date.now() > end) return outcomeOf(call);
  }
}
