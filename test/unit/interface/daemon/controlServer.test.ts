import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callDaemon } from '../../../../src/interface/daemon/controlClient.ts';
import {
  CONNECTIONS_MAX,
  REQUESTS_PER_CONNECTION_MAX,
  startControlServer,
  type ControlMethod,
  type ControlServer,
} from '../../../../src/interface/daemon/controlServer.ts';
import { ControlError, REQUEST_BYTES_MAX } from '../../../../src/interface/daemon/protocol.ts';
import { fakeHome, type FakeHome } from '../../../builders/fakeApp.ts';
import { until } from '../../../builders/fakeIo.ts';

let home: FakeHome;
let socket: string;
let server: ControlServer | undefined;
const sockets: Socket[] = [];

beforeEach(() => {
  home = fakeHome();
  socket = join(home.folder, 'run', 'ctl.sock');
});
afterEach(async () => {
  for (const each of sockets.splice(0)) each.destroy();
  await server?.close();
  server = undefined;
  home.dispose();
});

async function serve(
  methods: Readonly<Record<string, ControlMethod>>,
  idleMsMax = 60_000,
): Promise<void> {
  server = await startControlServer({ socket, methods, idleMsMax });
}

/** A client that writes what it likes, and what it gets. */
async function rawClient(): Promise<{
  readonly connection: Socket;
  readonly received: () => string;
  readonly closed: () => boolean;
}> {
  const connection = createConnection(socket);
  sockets.push(connection);
  let text = '';
  let closed = false;
  connection.on('data', (chunk) => {
    text += chunk.toString('utf8');
  });
  connection.on('error', () => undefined);
  connection.on('close', () => {
    closed = true;
  });
  await once(connection, 'connect');
  return { connection, received: () => text, closed: () => closed };
}

const failure = async (promise: Promise<unknown>): Promise<ControlError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as ControlError,
  );

describe('the control socket', () => {
  it('is for this user alone, in a folder for this user alone', async () => {
    await serve({});
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(home.folder, 'run')).mode & 0o777).toBe(0o700);
  });

  it('leaves the process’s file mode mask as it was', async () => {
    const modeOfNewFile = (name: string): number => {
      writeFileSync(join(home.folder, name), '');
      return statSync(join(home.folder, name)).mode;
    };
    const before = modeOfNewFile('before');
    await serve({});
    expect(modeOfNewFile('after')).toBe(before);
  });

  it('answers with what the method returns, and with null for nothing', async () => {
    await serve({ add: ({ a, b }) => Number(a) + Number(b), nothing: () => undefined });
    expect(await callDaemon({ socket, method: 'add', params: { a: 1, b: 2 } })).toBe(3);
    expect(await callDaemon({ socket, method: 'nothing' })).toBeNull();
  });

  it('answers an error with its code, its words and its data', async () => {
    await serve({
      coded: () => {
        throw new Error('QUEUE_UNAVAILABLE: no queue: start it');
      },
      rich: () => {
        throw new ControlError('CONFIG_INVALID', 'two things', [1, 2]);
      },
    });
    const coded = await failure(callDaemon({ socket, method: 'coded' }));
    expect([coded.code, coded.message]).toEqual([
      'QUEUE_UNAVAILABLE',
      'QUEUE_UNAVAILABLE: no queue: start it',
    ]);
    const rich = await failure(callDaemon({ socket, method: 'rich' }));
    expect([rich.code, rich.data]).toEqual(['CONFIG_INVALID', [1, 2]]);
  });

  it('refuses a method it does not have, those of every object among it', async () => {
    await serve({});
    for (const method of ['fly', 'constructor', 'toString']) {
      expect((await failure(callDaemon({ socket, method }))).code).toBe('CONTROL_UNKNOWN_METHOD');
    }
  });

  it('refuses what is not a request and hangs up', async () => {
    await serve({});
    const client = await rawClient();
    client.connection.write('GET / HTTP/1.1\r\n');
    await until(client.closed);
    expect(client.received()).toContain('CONTROL_BAD_REQUEST');
  });

  it('refuses a request without an end before it fills the memory', async () => {
    await serve({});
    const client = await rawClient();
    client.connection.write('x'.repeat(REQUEST_BYTES_MAX + 1));
    await until(client.closed);
    expect(client.received()).toContain('CONTROL_TOO_LARGE');
  });

  it('reads a request that arrives in pieces, and two that arrive in one', async () => {
    await serve({ echo: ({ text }) => text });
    const client = await rawClient();
    const request = (id: number, text: string): string =>
      `${JSON.stringify({ id, method: 'echo', params: { text } })}\n`;
    client.connection.write(request(1, 'a').slice(0, 9));
    client.connection.write(request(1, 'a').slice(9) + request(2, 'ü'));
    await until(() => client.received().split('\n').length === 3);
    expect(
      client
        .received()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { id: 1, result: 'a' },
      { id: 2, result: 'ü' },
    ]);
  });

  it('refuses more requests at a time than it allows', async () => {
    await serve({ wait: () => new Promise(() => undefined) });
    const client = await rawClient();
    for (let id = 0; id <= REQUESTS_PER_CONNECTION_MAX; id += 1) {
      client.connection.write(`${JSON.stringify({ id, method: 'wait' })}\n`);
    }
    await until(() => client.received().includes('CONTROL_BUSY'));
  });

  it('keeps a place for a newcomer among any number of idle connections, and hangs up on the idlest', async () => {
    await serve({ ping: () => 'pong' });
    const clients = await Promise.all(Array.from({ length: 200 }, rawClient));
    expect(await callDaemon({ socket, method: 'ping' })).toBe('pong');
    await until(() => clients.filter((client) => !client.closed()).length < CONNECTIONS_MAX);
    expect(clients.slice(0, 200 - CONNECTIONS_MAX).every((client) => client.closed())).toBe(true);
  });

  it('hangs up on nobody who waits for an answer, also when everybody does', async () => {
    let finish: (value: string) => void = () => undefined;
    const answer = new Promise<string>((resolve) => {
      finish = resolve;
    });
    let waiting = 0;
    await serve({
      slow: () => {
        waiting += 1;
        return answer;
      },
      ping: () => 'pong',
    });
    const calls = Array.from({ length: CONNECTIONS_MAX }, () =>
      callDaemon({ socket, method: 'slow' }),
    );
    await until(() => waiting === CONNECTIONS_MAX);
    await expect(callDaemon({ socket, method: 'ping' })).rejects.toThrow('CONTROL_BUSY: too many');
    finish('done');
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'done'));
    expect(await callDaemon({ socket, method: 'ping' })).toBe('pong');
  });

  it('takes the place of a socket that was left there, and removes only its own', async () => {
    await serve({ who: () => 'first' });
    const first = server;
    await serve({ who: () => 'second' });
    expect(await callDaemon({ socket, method: 'who' })).toBe('second');
    await first?.close();
    expect(await callDaemon({ socket, method: 'who' })).toBe('second');
    await server?.close();
    expect(readdirSync(dirname(socket))).toEqual([]);
  });

  it('hangs up on a silent client', async () => {
    await serve({}, 20);
    const client = await rawClient();
    await until(client.closed);
  });

  it('lets a running request answer when it closes', async () => {
    let finish: (value: string) => void = () => undefined;
    let began = false;
    await serve({
      slow: () => {
        began = true;
        return new Promise<string>((resolve) => {
          finish = resolve;
        });
      },
    });
    const answer = callDaemon({ socket, method: 'slow' });
    await until(() => began);
    const closed = server?.close();
    finish('done');
    expect(await answer).toBe('done');
    await closed;
    expect(existsSync(socket)).toBe(false);
  });

  it('takes the place of a socket that a killed daemon left', async () => {
    await serve({});
    await server?.close();
    writeFileSync(socket, '');
    await serve({ ping: () => 'pong' });
    expect(await callDaemon({ socket, method: 'ping' })).toBe('pong');
  });
});

describe('a call', () => {
  it('says that nobody runs when there is no socket, or a leftover one', async () => {
    expect((await failure(callDaemon({ socket, method: 'status' }))).code).toBe('NOT_RUNNING');
  });

  it('gives up in time', async () => {
    await serve({ wait: () => new Promise(() => undefined) });
    const error = await failure(callDaemon({ socket, method: 'wait', timeoutMs: 20 }));
    expect(error.code).toBe('CONTROL_TIMEOUT');
  });

  it('says that the daemon hung up, and that an answer is none', async () => {
    const other = join(home.folder, 'other.sock');
    const rude = createServer((connection) => {
      connection.once('data', (data) => {
        if (data.toString().includes('hang')) connection.destroy();
        else connection.end('hello\n');
      });
    }).listen(other);
    await once(rude, 'listening');
    expect((await failure(callDaemon({ socket: other, method: 'hang' }))).code).toBe(
      'CONTROL_CLOSED',
    );
    expect((await failure(callDaemon({ socket: other, method: 'talk' }))).code).toBe(
      'CONTROL_FAILED',
    );
    rude.close();
  });
});
