/** Servers that only this machine can reach. */
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The only address ever listened on. */
const HOST = '127.0.0.1';

/** Starts listening, 0 on any free port; @returns the port. @throws Error `PORT_TAKEN` naming it, or what the system says. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const text = `PORT_TAKEN: port ${String(port)} on ${HOST} is in use; stop what uses it, or ask for another one (0 takes a free one)`;
      reject(error.code === 'EADDRINUSE' ? new Error(text, { cause: error }) : error);
    };
    server.once('error', onError);
    server.listen(port, HOST, () => {
      server.off('error', onError);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Ends every connection and stops listening. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}

/**
 * The whole body of a request; undefined when it has more than `bytesMax` bytes: it is then read to its end and forgotten.
 * @throws Error when the client goes away before it has sent all.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
    });
    request.once('end', () => {
      resolve(bytes <= bytesMax ? Buffer.concat(chunks).toString('utf8') : undefined);
    });
    request.once('error', reject);
  });
}
