/** The REST half of the wire: a request's way to the engine and its answer's way back, with the delays and faults on it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { RequestAction } from './faults/ruleSchema.ts';
import type { Strike } from './faults/ruleSet.ts';
import { present } from './faults/present.ts';
import { Lane } from './lane.ts';
import { readBody } from './loopback.ts';
import type { WireParts } from './wireParts.ts';
import { splitUrl } from './wireParts.ts';
import type { RequestFacts, VenueReply, VenueRequest } from './venues/venue.ts';

const BODY_BYTES_MAX = 64 * 1024;

/** A request under way. */
interface Call {
  readonly request: VenueRequest;
  readonly facts: RequestFacts;
  readonly strike: Strike<RequestAction> | undefined;
  readonly response: ServerResponse;
  readonly atMs: number;
  readonly arrivedMs: number;
  engineMs?: number;
}

/** The lanes of one TCP connection: its requests and its answers keep their order. */
interface ConnectionLanes {
  readonly inward: Lane;
  readonly outward: Lane;
}

export class HttpFront {
  readonly #parts: WireParts;
  /** Holds user events back that must not overtake the reply; returns what lets them go. */
  readonly #holdEvents: (during: () => void) => () => void;
  readonly #lanes = new WeakMap<Socket, ConnectionLanes>();
  /** One queue for everything that trades, whatever connection it came from. */
  readonly #matching: Lane;

  constructor(parts: WireParts, holdEvents: (during: () => void) => () => void) {
    this.#parts = parts;
    this.#holdEvents = holdEvents;
    this.#matching = new Lane(parts.backlog);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body: string | undefined;
    try {
      body = await readBody(request, BODY_BYTES_MAX);
    } catch {
      // The client went away before it had sent all.
      return;
    }
    const call = this.#accept(request, response, body);
    if (body === undefined) {
      const message = `Request body of more than ${String(BODY_BYTES_MAX)} bytes`;
      this.#finish(call, this.#parts.venue.failure(413, message));
      return;
    }
    this.#parts.backlog.count += 1;
    try {
      await this.#carryOut(call);
    } catch (error) {
      // A defect of this program, or a world that could not be saved.
      const message = error instanceof Error ? error.message : String(error);
      this.#finish(call, this.#parts.venue.failure(500, message));
    } finally {
      this.#parts.backlog.count -= 1;
    }
  }

  #accept(incoming: IncomingMessage, response: ServerResponse, body: string | undefined): Call {
    const { venue, rules, wallNowMs } = this.#parts;
    const method = incoming.method ?? 'GET';
    const { path, query } = splitUrl(incoming.url ?? '/');
    const header = (name: string): string | undefined => headerOf(incoming, name);
    const request: VenueRequest = { method, path, query, body: body ?? '', header };
    const facts = venue.facts(request);
    const isTried = body !== undefined && rules.has('request');
    const strike = isTried ? rules.strike('request', { method, path, ...facts }) : undefined;
    return { request, facts, strike, response, atMs: wallNowMs(), arrivedMs: performance.now() };
  }

  async #carryOut(call: Call): Promise<void> {
    const action = call.strike?.action;
    if (action?.type === 'meanwhile') await this.#answer(call, undefined);
    else if (action?.type === 'late-accept') await this.#acceptLate(call, action);
    else if (call.strike?.phase === 'before') await this.#breakBefore(call, call.strike.action);
    else await this.#answer(call, action);
  }

  /** The fault comes before the engine: it never sees the request, unless that is only late. */
  async #breakBefore(call: Call, action: RequestAction): Promise<void> {
    if (action.type === 'delay') {
      await this.#answer(call, undefined, action.ms);
      return;
    }
    await travel(this.#lanesOf(call.response).inward, this.#parts.latency.sample('ingress'));
    const status = action.type === 'reply' ? action.status : 503;
    this.#finish(call, this.#parts.venue.failure(status, 'Service unavailable'), action);
  }

  /** The way there and back; an action breaks the answer of a request that was carried out. */
  async #answer(call: Call, action: RequestAction | undefined, lateMs = 0): Promise<void> {
    const { latency } = this.#parts;
    const lanes = this.#lanesOf(call.response);
    await travel(lanes.inward, latency.sample('ingress') + lateMs);
    const { reply, release } = await this.#engine(call);
    const heldMs = action?.type === 'delay' ? action.ms : 0;
    await travel(lanes.outward, latency.sample('answer') + heldMs);
    this.#finish(call, reply, action);
    release();
  }

  /** The client is answered first, or never; the engine gets the request later. */
  async #acceptLate(
    call: Call,
    action: Extract<RequestAction, { type: 'late-accept' }>,
  ): Promise<void> {
    const { venue, backlog } = this.#parts;
    this.#finish(call, venue.failure(action.status ?? 504, 'Timeout'), action);
    await travel(new Lane(backlog), action.ms);
    const { release } = await this.#engine(call);
    release();
  }

  /** Lets the venue answer, when the request's turn has come. */
  async #engine(call: Call): Promise<{ reply: VenueReply; release: () => void }> {
    const { venue, latency, durable } = this.#parts;
    const { request } = call;
    if (request.method !== 'GET') await travel(this.#matching, latency.sample('matching'));
    call.engineMs = performance.now();
    const answer = (): VenueReply => this.#ask(call);
    let reply = venue.failure(500, 'no answer');
    let release = (): void => undefined;
    if (latency.isEventFirst()) reply = answer();
    else
      release = this.#holdEvents(() => {
        reply = answer();
      });
    try {
      if (reply.isChanging) await durable();
    } catch (error) {
      release();
      throw error;
    }
    return { reply, release };
  }

  /** The venue's answer, and before or after it what a rule lets happen at that moment. */
  #ask({ request, strike }: Call): VenueReply {
    const { venue, meanwhile } = this.#parts;
    const action = strike?.action.type === 'meanwhile' ? strike.action : undefined;
    const isBefore = strike?.phase === 'before';
    if (action !== undefined && isBefore) meanwhile(action);
    const reply =
      venue.answer(request) ??
      venue.failure(404, `Path ${request.path}, Method ${request.method} is invalid`);
    if (action !== undefined && !isBefore) meanwhile(action);
    return reply;
  }

  #finish(call: Call, reply: VenueReply, action?: RequestAction): void {
    const { request, facts, strike, arrivedMs, engineMs } = call;
    const status = present(call.response, reply, action);
    this.#parts.log.add({
      at_ms: call.atMs,
      method: request.method,
      path: request.path,
      ...(facts.account !== undefined && { account: facts.account }),
      ...(facts.symbol !== undefined && { symbol: facts.symbol }),
      ...(facts.clientOrderId !== undefined && { client_order_id: facts.clientOrderId }),
      status,
      ...(engineMs !== undefined && { engine_after_ms: rounded(engineMs - arrivedMs) }),
      answered_after_ms: rounded(performance.now() - arrivedMs),
      ...(strike !== undefined && { fault: strike.ruleId }),
    });
  }

  #lanesOf(response: ServerResponse): ConnectionLanes {
    const { backlog } = this.#parts;
    const fresh = (): ConnectionLanes => ({
      inward: new Lane(backlog),
      outward: new Lane(backlog),
    });
    const { socket } = response;
    if (socket === null) return fresh();
    const known = this.#lanes.get(socket) ?? fresh();
    this.#lanes.set(socket, known);
    return known;
  }
}

/** Waits for a turn in a lane; not at all when the lane is free and there is no delay. */
function travel(lane: Lane, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    lane.push(delayMs, resolve);
  });
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
