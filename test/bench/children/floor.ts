/** The least there is between a frame and an order: a websocket, JSON.parse, one HTTP request on a kept connection. */
import { Agent, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ChildService } from '../child.ts';

/** `port` of the stub exchange. */
export async function open(request: unknown): Promise<ChildService> {
  const { port } = request as { readonly port: number };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const address = `ws://127.0.0.1:${port}/stream/ws/1`;
  const socket = new WebSocket(address, { perMessageDeflate: false, skipUTF8Validation: true });
  await once(socket, 'open');
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { k?: { c: string } };
    if (frame.k) post(agent, port, frame.k.c);
  });
  socket.send(JSON.stringify({ id: 1, method: 'SUBSCRIBE', params: [] }));
  await once(socket, 'message');
  return { ready: true, handle: async () => undefined };
}

function post(agent: Agent, port: number, price: string): void {
  const query = new URLSearchParams({
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.001',
    price,
  });
  const sent = httpRequest({
    agent,
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/api/v3/order',
  });
  sent.on('response', (response) => response.resume());
  sent.end(query.toString());
}
