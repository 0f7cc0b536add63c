/** The simulated exchange over its sockets, with unmodified ccxt as the client: is the server ever what one waits for? */
import { Child } from '../child.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import type { BenchRun, Group } from '../run.ts';
import type { ClientFigures, ClientRequest, VenueReady } from '../venue.ts';

/** More than ccxt's watchTrades takes in, less than would fill its socket. */
const TRADES_PER_S = 60_000;
/** What ccxt keeps up with, so that what the server sends and what the client receives are the same trades. */
const EASY_TRADES_PER_S = 15_000;
const AT_ONCE = 32;

interface Measured extends ClientFigures {
  /** Processor time of the server meanwhile. */
  readonly serverCpuMs: number;
}

export const venueGroup: Group = {
  name: 'venue',
  summary: 'orders and trades per second between the simulated exchange and one ccxt client',
  run: async (run) => [await venueTable(run)],
};

async function venueTable(run: BenchRun): Promise<Table> {
  const orders = run.isQuick ? 500 : 3_000;
  run.progress('orders, one after the other');
  const single = await measured({ kind: 'orders', orders, atOnce: 1 }, 0);
  run.progress('orders, many at once');
  const many = await measured({ kind: 'orders', orders, atOnce: AT_ONCE }, 0);
  run.progress('trades');
  const seconds = run.isQuick ? 3 : 10;
  const trades = await measured({ kind: 'trades', seconds }, TRADES_PER_S);
  const easy = await measured({ kind: 'trades', seconds }, EASY_TRADES_PER_S);
  return {
    title: 'venue: the simulated exchange (Binance spot) and one unmodified ccxt.pro client',
    figures: [
      rate(
        'orders/s over REST, one after the other',
        single,
        'createOrder, a limit order that ends at once',
      ),
      rate(
        `orders/s over REST, ${AT_ONCE} at once`,
        many,
        'createOrder, a limit order that ends at once',
      ),
      share('server’s share of the processor time of an order', many),
      rate('trades/s streamed to one client', trades, 'watchTrades, one symbol'),
      share('server’s share of the processor time of a trade', easy),
    ],
    remarks: [
      'Server and client are processes of their own on this machine. A share below 50 % means that the client is the slower of the two.',
      `Of trades, ${grouped(TRADES_PER_S)} a second are offered for the rate, ${grouped(EASY_TRADES_PER_S)} for the share; those are counted that ccxt took in.`,
    ],
  };
}

async function measured(
  request: ClientRequest extends infer Request
    ? Request extends unknown
      ? Omit<Request, 'urls'>
      : never
    : never,
  tradesPerSecond: number,
): Promise<Measured> {
  const server = new Child('venue', { tradesPerSecond });
  try {
    const { urls } = (await server.answer()) as VenueReady;
    const client = new Child('venueClient', { ...request, urls });
    try {
      await client.answer();
      const before = (await server.ask('cpu')) as number;
      const figures = (await client.ask('go')) as ClientFigures;
      const after = (await server.ask('cpu')) as number;
      return { ...figures, serverCpuMs: after - before };
    } finally {
      await client.end();
    }
  } finally {
    await server.end();
  }
}

function rate(name: string, { count, wallMs }: Measured, how: string): Figure {
  return {
    name,
    value: grouped((count / wallMs) * 1_000),
    unit: 'per second',
    how: `${how}; ${grouped(count)} in ${(wallMs / 1_000).toFixed(1)} s`,
  };
}

function share(name: string, { count, cpuMs, serverCpuMs }: Measured): Figure {
  const part = serverCpuMs / (serverCpuMs + cpuMs);
  const micros = (ms: number): string => ((ms / count) * 1_000).toFixed(1);
  return {
    name,
    value: (part * 100).toFixed(0),
    unit: '%',
    how: `server ${micros(serverCpuMs)} µs, client ${micros(cpuMs)} µs each`,
    aim: { text: '< 50 %', isMet: part < 0.5 },
  };
}
