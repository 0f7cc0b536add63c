/** What a websocket of the exchange writes, and when: on a client and a transport that only note it. */
import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { RuleSet } from '../../../src/simulator/faults/ruleSet.ts';
import { Backlog } from '../../../src/simulator/lane.ts';
import { LATENCY_PROFILES, Latency } from '../../../src/simulator/latency.ts';
import type { VenueSocket } from '../../../src/simulator/venues/venue.ts';
import type { WireParts } from '../../../src/simulator/wireParts.ts';
import { WireSocket } from '../../../src/simulator/wireSocket.ts';

interface Fixture {
  readonly socket: WireSocket;
  readonly rules: RuleSet;
  /** Texts by the write to the system that they left in; `end` when the connection was cut. */
  readonly writes: (string[] | 'end')[];
}

function openSocket(): Fixture {
  const writes: (string[] | 'end')[] = [];
  const transport = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      writes.push([text]);
      done();
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
    destroy: (_error, done) => {
      writes.push('end');
      done(null);
    },
  });
  let readyState: number = WebSocket.OPEN;
  const client = Object.create(WebSocket.prototype, {
    on: { value: () => undefined },
    readyState: { get: () => readyState },
    bufferedAmount: { value: 0 },
    send: { value: (text: string) => transport.write(text) },
    terminate: {
      value: () => {
        readyState = WebSocket.CLOSING;
        transport.destroy();
      },
    },
  }) as WebSocket;
  const rules = new RuleSet(1);
  const parts: Partial<WireParts> = {
    rules,
    latency: new Latency(1, LATENCY_PROFILES.none),
    backlog: new Backlog(),
  };
  const socket = new WireSocket('/ws', parts as WireParts, () => undefined);
  const venueSocket = { kind: 'market', account: undefined } as VenueSocket;
  socket.open(client, transport, venueSocket);
  return { socket, rules, writes };
}

describe('what a websocket sends', () => {
  it('leaves in one write for all messages of a turn, in their order', async () => {
    const { socket, writes } = openSocket();
    for (const text of ['a', 'b', 'c']) socket.send({ text, kind: 'trade' });
    expect(writes).toEqual([]);
    await Promise.resolve();
    expect(writes).toEqual([['a', 'b', 'c']]);
    socket.send({ text: 'd', kind: 'trade' });
    await Promise.resolve();
    expect(writes).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('leaves before the end of the turn when it is let go', async () => {
    const { socket, writes } = openSocket();
    for (const text of ['a', 'b']) socket.send({ text, kind: 'trade' });
    socket.letGo();
    expect(writes).toEqual([['a', 'b']]);
    socket.send({ text: 'c', kind: 'trade' });
    await Promise.resolve();
    expect(writes).toEqual([['a', 'b'], ['c']]);
  });

  it('still leaves when the connection is cut in the same turn', async () => {
    const { socket, rules, writes } = openSocket();
    socket.send({ text: 'before', kind: 'trade' });
    rules.add([{ action: { type: 'terminate' } }]);
    socket.send({ text: 'after', kind: 'trade' });
    await Promise.resolve();
    expect(writes).toEqual([['before'], 'end']);
  });
});
