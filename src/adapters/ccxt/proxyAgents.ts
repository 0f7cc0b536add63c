/**
 * Streams through a proxy. ccxt sends REST requests through one by itself (undici speaks HTTP CONNECT and SOCKS 5); for websockets
 * it wants an agent of Node's, for which it would load three packages of others.
 */
import { Agent as HttpAgent, request } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { socks5 } from './socks5.ts';
import type { CcxtOptions } from './types.ts';

/** A proxy that does not answer within this is given up. */
const HANDSHAKE_MS = 10_000;

export interface Proxy {
  /** As ccxt takes it, user and password included. */
  readonly url: string;
  readonly isSocks: boolean;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** @param options its `url` was checked with the configuration; `auth` is `user:password` */
export function proxyOf({ url, auth = '' }: NonNullable<CcxtOptions['proxy']>): Proxy {
  const parsed = new URL(url);
  const colon = auth.indexOf(':');
  const [user, password] = colon < 0 ? ['', ''] : [auth.slice(0, colon), auth.slice(colon + 1)];
  if (user !== '') {
    parsed.username = encodeURIComponent(user);
    parsed.password = encodeURIComponent(password);
  }
  const isSocks = parsed.protocol === 'socks5:';
  const port = Number(parsed.port === '' ? '80' : parsed.port);
  const host = parsed.hostname.replace(/^\[|\]$/gu, '');
  return { url: parsed.href, isSocks, host, port, user, password };
}

/** Agents for `ws://` and for `wss://` streams. */
export function proxyAgents(proxy: Proxy): { readonly plain: HttpAgent; readonly tls: HttpsAgent } {
  return { plain: new PlainAgent(proxy), tls: new TlsAgent(proxy) };
}

type OnSocket = (error: Error | null, socket: Duplex) => void;
/** What Node's agents are asked for. */
type Wanted = Partial<Target> & { readonly servername?: string };

class PlainAgent extends HttpAgent {
  readonly #proxy: Proxy;

  constructor(proxy: Proxy) {
    super();
    this.#proxy = proxy;
  }

  override createConnection(wanted: Wanted, done: OnSocket): undefined {
    deliver(through(this.#proxy, targetOf(wanted)), done);
  }
}

class TlsAgent extends HttpsAgent {
  readonly #proxy: Proxy;

  constructor(proxy: Proxy) {
    super();
    this.#proxy = proxy;
  }

  override createConnection(wanted: Wanted, done: OnSocket): undefined {
    const { host, port } = targetOf(wanted);
    const secured = through(this.#proxy, { host, port }).then((socket) =>
      connectTls({ ...wanted, host, port, servername: wanted.servername ?? host, socket }),
    );
    deliver(secured, done);
  }
}

function targetOf({ host = '', port = 0 }: Wanted): Target {
  return { host, port };
}

/** Node's type wants a socket even beside an error. */
function deliver(opening: Promise<Duplex>, done: OnSocket): void {
  opening.then(
    (socket) => {
      done(null, socket);
    },
    (error: unknown) => {
      (done as (error: unknown) => void)(error);
    },
  );
}

/** A connection to the target, opened by the proxy. @throws Error `PROXY_FAILED` with what the proxy said */
async function through(proxy: Proxy, target: Target): Promise<Socket> {
  const opening = proxy.isSocks ? socksTunnel(proxy, target) : httpTunnel(proxy, target);
  try {
    return await opening;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`PROXY_FAILED: ${proxy.host}:${String(proxy.port)}: ${said}`, { cause: error });
  }
}

async function socksTunnel(proxy: Proxy, target: Target): Promise<Socket> {
  const socket = connect({ host: proxy.host, port: proxy.port });
  try {
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy(new Error('no answer')));
    await socks5(socket, proxy, target);
    return socket.setTimeout(0);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function httpTunnel(proxy: Proxy, { host, port }: Target): Promise<Socket> {
  const path = `${host}:${String(port)}`;
  const auth = Buffer.from(`${proxy.user}:${proxy.password}`).toString('base64');
  const asking = request({
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path,
    headers: {
      host: path,
      ...(proxy.user !== '' && { 'proxy-authorization': `Basic ${auth}` }),
    },
    agent: false,
    timeout: HANDSHAKE_MS,
  });
  return new Promise((resolve, reject) => {
    asking.once('error', reject);
    asking.once('timeout', () => asking.destroy(new Error('no answer')));
    asking.once('connect', ({ statusCode }, socket: Socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket.setTimeout(0));
        return;
      }
      socket.destroy();
      reject(new Error(`HTTP ${String(statusCode)}`));
    });
    asking.end();
  });
}
