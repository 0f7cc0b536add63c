/** Real proxies on loopback: HTTP CONNECT and SOCKS 5, one port each, for names that only they can resolve. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The name under which tests know the machine itself; nothing else resolves it. */
export const ONLY_BY_PROXY = 'exchange.test';

export interface ProxyServer {
  /** `http://127.0.0.1:PORT` or `socks5://127.0.0.1:PORT`. */
  readonly url: string;
  /** Every target that was asked for, `host:port`, refused ones not. */
  readonly tunnels: string[];
  /** Connections that were refused for want of the right user and password. */
  readonly refused: () => number;
  /** Ends every tunnel; new ones are still taken. */
  cut(): void;
  close(): Promise<void>;
}

/** Where a target that was asked for really is. */
export type Resolve = (
  host: string,
  port: number,
) => { readonly host: string; readonly port: number };

const byName: Resolve = (host, port) => ({
  host: host === ONLY_BY_PROXY ? '127.0.0.1' : host,
  port,
});

interface Life {
  readonly resolve: Resolve;
  readonly sockets: Set<Socket>;
  readonly tunnels: string[];
  refused: number;
}

/** @param auth `user:password` that it insists on; none when absent */
export function startProxy(
  kind: 'http' | 'socks5',
  auth?: string,
  resolve: Resolve = byName,
): Promise<ProxyServer> {
  const life: Life = { resolve, sockets: new Set(), tunnels: [], refused: 0 };
  const server = kind === 'http' ? httpProxy(life, auth) : socksProxy(life, auth);
  return listening(server, kind, life);
}

async function listening(server: Server, kind: string, life: Life): Promise<ProxyServer> {
  server.on('connection', (socket: Socket) => {
    keep(life, socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of life.sockets) socket.destroy();
  };
  return {
    url: `${kind}://127.0.0.1:${String(port)}`,
    tunnels: life.tunnels,
    refused: () => life.refused,
    cut,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}

function keep(life: Life, socket: Socket): void {
  life.sockets.add(socket);
  socket.on('error', () => undefined);
  socket.once('close', () => life.sockets.delete(socket));
}

/** Both ways, from now on. */
function join(life: Life, near: Socket, host: string, port: number): Socket {
  life.tunnels.push(`${host}:${String(port)}`);
  const far = connect(life.resolve(host, port));
  keep(life, far);
  far.pipe(near);
  near.pipe(far);
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy());
  return far;
}

function httpProxy(life: Life, auth: string | undefined): Server {
  const wanted = auth && `Basic ${Buffer.from(auth).toString('base64')}`;
  const server = createHttpServer((_request, response) => {
    response.writeHead(405).end();
  });
  server.on('connect', (request, near: Socket) => {
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      life.refused += 1;
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const far = join(life, near, host, Number(port));
    far.once('connect', () => near.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  return server;
}

function socksProxy(life: Life, auth: string | undefined): Server {
  return createServer((near) => {
    near.once('data', (greeting) => {
      const methods = [...greeting.subarray(2, 2 + (greeting[1] ?? 0))];
      const method = auth === undefined ? 0 : 2;
      if (!methods.includes(method)) {
        life.refused += 1;
        near.end(Buffer.from([5, 0xff]));
        return;
      }
      near.write(Buffer.from([5, method]));
      if (auth === undefined) near.once('data', (asked) => open(life, near, asked));
      else near.once('data', (told) => signIn(life, near, { told, auth }));
    });
  });
}

function signIn(
  life: Life,
  near: Socket,
  { told, auth }: { readonly told: Buffer; readonly auth: string },
): void {
  const userLength = told[1] ?? 0;
  const user = told.subarray(2, 2 + userLength).toString();
  const password = told.subarray(3 + userLength).toString();
  if (`${user}:${password}` !== auth) {
    life.refused += 1;
    near.end(Buffer.from([1, 1]));
    return;
  }
  near.once('data', (asked) => open(life, near, asked));
  near.write(Buffer.from([1, 0]));
}

function open(life: Life, near: Socket, asked: Buffer): void {
  const isName = asked[3] === 3;
  const end = isName ? 5 + (asked[4] ?? 0) : 8;
  const host = isName ? asked.subarray(5, end).toString() : [...asked.subarray(4, 8)].join('.');
  const far = join(life, near, host, asked.readUInt16BE(end));
  // In two pieces: the answer of a proxy need not arrive at once.
  far.once('connect', () => {
    near.write(Buffer.from([5, 0, 0]));
    setTimeout(() => near.write(Buffer.from([3, 1, 0x78, 0, 0])), 5);
  });
  far.once('error', () => near.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
}
