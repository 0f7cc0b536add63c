/** An OKX venue on a bare loopback server: its conditions, its world and every message it sends are in the test's hands. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { Conditions } from '../../../src/simulator/faults/conditions.ts';
import { World } from '../../../src/simulator/market/world.ts';
import { OKX_FILTERS } from '../../../src/simulator/venues/okx/instruments.ts';
import type { OkxUrls } from '../../../src/simulator/venues/okx/urls.ts';
import { okxUrls } from '../../../src/simulator/venues/okx/urls.ts';
import { OkxVenue } from '../../../src/simulator/venues/okx/venue.ts';
import type { OutboundMessage } from '../../../src/simulator/venues/venue.ts';
import { OKX_ACCOUNT } from './okxClient.ts';

/** The account's id in the world. */
export const ACCOUNT_ID = 'tester';
const START_MS = Date.UTC(2026, 0, 5, 12);

export interface OkxVenueServer {
  readonly world: World;
  readonly conditions: Conditions;
  readonly venue: OkxVenue;
  readonly urls: OkxUrls;
  /** Messages for which this says true are not sent. */
  isDropped: (message: OutboundMessage) => boolean;
  /** Lets market time pass and sends what is due. */
  advance(ms: number): void;
  /** Lets wall time pass in which the market does not move. */
  idle(ms: number): void;
  close(): Promise<void>;
}

/** Starts a server; the market moves only when told. */
export async function startOkxVenue(): Promise<OkxVenueServer> {
  const world = new World({
    seed: 11,
    startAtMs: START_MS,
    historyBars: 50,
    filters: OKX_FILTERS,
    accounts: [{ id: ACCOUNT_ID, balances: { USDT: '10000', BTC: '1' } }],
  });
  const conditions = new Conditions(() => performance.now());
  const venue = new OkxVenue({
    world,
    conditions,
    credentials: [{ ...OKX_ACCOUNT, accountId: ACCOUNT_ID }],
    wallNowMs: () => Date.now() + conditions.clockSkewMs,
  });
  const http = serve(venue);
  const sockets = new WebSocketServer({ server: http });
  let monotonicMs = 0;
  const running: OkxVenueServer = {
    world,
    conditions,
    venue,
    urls: await listening(http),
    isDropped: () => false,
    advance: (ms) => {
      world.advanceTo(world.nowMs + ms);
      running.idle(ms);
    },
    idle: (ms) => {
      monotonicMs += ms;
      venue.flush(monotonicMs, monotonicMs);
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  sockets.on('connection', (client, request) => {
    const socket = venue.connect(
      { path: request.url ?? '' },
      {
        send: (message) => {
          if (!running.isDropped(message)) client.send(message.text);
        },
        close: (code, reason) => {
          client.close(code, reason);
        },
      },
    );
    client.on('message', (data) => {
      socket?.onFrame((data as Buffer).toString());
    });
    client.on('close', () => {
      socket?.onClose();
    });
  });
  return running;
}

function serve(venue: OkxVenue): ReturnType<typeof createServer> {
  return createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const [path = '', query = ''] = (request.url ?? '').split('?');
      const reply =
        venue.answer({
          method: request.method ?? '',
          path,
          query,
          body,
          header: (name) => request.headers[name] as string | undefined,
        }) ?? venue.failure(404, 'Not Found');
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(reply.body);
    });
  });
}

async function listening(http: ReturnType<typeof createServer>): Promise<OkxUrls> {
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return okxUrls((http.address() as AddressInfo).port);
}
