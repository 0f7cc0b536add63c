/** Loopback HTTP and websocket server of the simulated exchange: moves bytes between sockets and one venue. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpFront } from './httpFront.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';
import { SocketFront } from './socketFront.ts';
import type { WireParts } from './wireParts.ts';

export class WireServer {
  readonly sockets: SocketFront;
  readonly #server: Server;
  /** Sockets of handshakes, which the HTTP server gives away and does not close. */
  readonly #upgraded = new Set<Duplex>();

  constructor(parts: WireParts) {
    this.sockets = new SocketFront(parts);
    const http = new HttpFront(parts, (during) => this.sockets.hold(during));
    this.#server = createServer((request, response) => {
      void http.serve(request, response);
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgraded.add(socket);
      socket.once('close', () => this.#upgraded.delete(socket));
      socket.on('error', () => socket.destroy());
      this.sockets.upgrade(request, socket, head);
    });
  }

  /** Starts listening; @returns the port. @throws Error when the port is taken. */
  listen(port: number): Promise<number> {
    return listenOnLoopback(this.#server, port);
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    this.sockets.close();
    for (const socket of this.#upgraded) socket.destroy();
    await closeServer(this.#server);
  }
}
