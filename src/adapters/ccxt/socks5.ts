/** The client's side of SOCKS 5 (RFC 1928) with user and password (RFC 1929). The proxy resolves names. */
import { once } from 'node:events';
import { isIPv4, type Socket } from 'node:net';

const VERSION = 5;
const AUTH_VERSION = 1;
const WITHOUT = 0;
const BY_PASSWORD = 2;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const PORT_BYTES = 2;

/** RFC 1928, section 6. */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'time to live expired',
  7: 'command not supported',
  8: 'address type not supported',
};

/** Leaves the socket connected to the target. @throws Error with what the proxy refused */
export async function socks5(
  socket: Socket,
  { user, password }: { readonly user: string; readonly password: string },
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const answers = new Bytes(socket);
  const methods = user === '' ? [WITHOUT] : [WITHOUT, BY_PASSWORD];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [, method] = await answers.take(2);
  if (method === BY_PASSWORD && user !== '') {
    socket.write(Buffer.concat([Buffer.from([AUTH_VERSION]), counted(user), counted(password)]));
    const [, status] = await answers.take(2);
    if (status !== 0) throw new Error('user or password refused');
  } else if (method !== WITHOUT) throw new Error('it wants a user and a password');
  socket.write(requestFor(host, port));
  const [version, reply = 0, , kind] = await answers.take(4);
  if (version !== VERSION) throw new Error('it does not speak SOCKS 5');
  if (reply !== 0) throw new Error(REFUSALS[reply] ?? `refused with ${String(reply)}`);
  await answers.take((await lengthOf(answers, kind)) + PORT_BYTES);
  answers.putBack();
}

function requestFor(host: string, port: number): Buffer {
  const address = isIPv4(host)
    ? Buffer.from([IPV4, ...host.split('.').map(Number)])
    : Buffer.concat([Buffer.from([NAME]), counted(host)]);
  const last = Buffer.alloc(PORT_BYTES);
  last.writeUInt16BE(port);
  return Buffer.concat([Buffer.from([VERSION, CONNECT, 0]), address, last]);
}

/** Length of the address that the proxy says it is bound to. */
async function lengthOf(answers: Bytes, kind: number | undefined): Promise<number> {
  if (kind === IPV4) return IPV4_BYTES;
  if (kind === IPV6) return IPV6_BYTES;
  const [length = 0] = await answers.take(1);
  return length;
}

/** What arrives on a socket, so many bytes at a time: an answer may come in pieces. */
class Bytes {
  readonly #socket: Socket;
  #held = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Exactly so many bytes. @throws Error when the other side ends before, or of the socket */
  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const bytes = this.#socket.read() as Buffer | null;
      if (bytes !== null) this.#held = Buffer.concat([this.#held, bytes]);
      else if (this.#socket.readableEnded || this.#socket.destroyed) throw new Error('it hung up');
      else await nextNews(this.#socket);
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** What came after the last answer belongs to whoever uses the socket next. */
  putBack(): void {
    if (this.#held.length > 0) this.#socket.unshift(this.#held);
  }
}

/** Text after its length in one byte. */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Until there is something to read, or nothing will come any more. @throws Error of the socket */
async function nextNews(socket: Socket): Promise<void> {
  const heard = new AbortController();
  const { signal } = heard;
  const events = ['readable', 'end', 'close'].map((event) => once(socket, event, { signal }));
  try {
    await Promise.race(events);
  } finally {
    heard.abort();
  }
}
