/** Unmodified ccxt.pro.binance against the simulated exchange: sends orders, or watches trades. */
import { connectCcxt, type Binance } from '../../integration/simulator/ccxtClient.ts';
import type { ChildService } from '../child.ts';
import { KEY, type ClientFigures, type ClientRequest } from '../venue.ts';

const SYMBOL = 'BTC/USDT';
/** Far below every price: an order that is immediate-or-cancel ends at once, and the account never has too many open. */
const PRICE = 20_000;
const AMOUNT = 0.001;
/** Orders sent before the clock starts. */
const WARM_UP = 50;

export async function open(request: unknown): Promise<ChildService> {
  const asked = request as ClientRequest;
  const exchange = await connectCcxt(asked.urls, KEY);
  await exchange.loadMarkets();
  return {
    ready: undefined,
    handle: () =>
      asked.kind === 'orders'
        ? sendOrders(exchange, asked)
        : watchTrades(exchange, asked.seconds * 1_000),
  };
}

async function sendOrders(
  exchange: Binance,
  { orders, atOnce }: Extract<ClientRequest, { kind: 'orders' }>,
): Promise<ClientFigures> {
  await send(exchange, WARM_UP, atOnce);
  const measure = begin();
  await send(exchange, orders, atOnce);
  return measure(orders);
}

async function send(exchange: Binance, orders: number, atOnce: number): Promise<void> {
  let left = orders;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await exchange.createOrder(SYMBOL, 'limit', 'buy', AMOUNT, PRICE, { timeInForce: 'IOC' });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
}

async function watchTrades(exchange: Binance, ms: number): Promise<ClientFigures> {
  // Counted at the frame: ccxt's caches drop what nobody has fetched in time.
  const handle = exchange.handleMessage.bind(exchange);
  let count = 0;
  exchange.handleMessage = (client: unknown, message: unknown) => {
    count += 1;
    handle(client, message);
  };
  await exchange.watchTrades(SYMBOL);
  count = 0;
  const measure = begin();
  const end = performance.now() + ms;
  while (performance.now() < end) await exchange.watchTrades(SYMBOL);
  const figures = measure(count);
  await exchange.close();
  return figures;
}

function begin(): (count: number) => ClientFigures {
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  return (count) => {
    const { user, system } = process.cpuUsage(startedCpu);
    return { count, wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1_000 };
  };
}
