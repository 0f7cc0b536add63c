/** How a reply leaves: as it is, or broken in the way a fault rule says. */
import type { ServerResponse } from 'node:http';
import type { VenueReply } from '../venues/venue.ts';
import type { RequestAction } from './ruleSchema.ts';

type Reply = Pick<VenueReply, 'status' | 'headers' | 'body'>;

const JSON_TYPE = 'application/json;charset=UTF-8';
const HTML_TYPE = 'text/html; charset=UTF-8';
const HTML =
  '<html>\n<head><title>Error</title></head>\n<body><center><h1>The request could not be satisfied</h1></center></body>\n</html>\n';

type Present<Action> = (response: ServerResponse, reply: Reply, action: Action) => number;

/** What each action makes of a reply; returns the status sent, 0 when none was. */
const PRESENTATIONS: {
  readonly [Type in RequestAction['type']]: Present<Extract<RequestAction, { type: Type }>>;
} = {
  delay: (response, reply) => whole(response, reply),
  meanwhile: (response, reply) => whole(response, reply),
  hang: () => 0,
  'late-accept': (response, reply, { status }) =>
    status === undefined ? 0 : whole(response, reply),
  reset: (response) => {
    response.socket?.resetAndDestroy();
    return 0;
  },
  reply: (response, reply, action) => whole(response, replaced(reply, action)),
  html: (response, _reply, { status }) =>
    whole(response, { status, headers: {}, body: HTML }, HTML_TYPE),
  empty: (response, _reply, { status }) => whole(response, { status, headers: {}, body: '' }),
  'reset-in-body': (response, reply) =>
    half(response, reply, () => response.socket?.resetAndDestroy()),
  'truncate-body': (response, reply) => half(response, reply, () => response.socket?.end()),
  'stall-body': (response, reply) => {
    begin(response, reply);
    response.flushHeaders();
    return reply.status;
  },
};

/**
 * Sends a reply, or what an action makes of it.
 * @returns the status sent; 0 when none was.
 */
export function present(response: ServerResponse, reply: Reply, action?: RequestAction): number {
  if (response.destroyed) return 0;
  if (action === undefined) return whole(response, reply);
  // The table has each action under its own type, which the compiler cannot follow through a union.
  const show = PRESENTATIONS[action.type] as Present<RequestAction>;
  return show(response, reply, action);
}

function replaced(reply: Reply, action: Extract<RequestAction, { type: 'reply' }>): Reply {
  const { status, body, headers = {} } = action;
  const text = body === undefined ? reply.body : textOf(body);
  return { status, headers: { ...reply.headers, ...headers }, body: text };
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function begin(response: ServerResponse, reply: Reply, type = JSON_TYPE): void {
  response.writeHead(reply.status, {
    'content-type': type,
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  });
}

function whole(response: ServerResponse, reply: Reply, type?: string): number {
  begin(response, reply, type);
  response.end(reply.body);
  return reply.status;
}

/** Sends the headers and half of the body, and then ends in some other way than it promised. */
function half(response: ServerResponse, reply: Reply, end: () => void): number {
  begin(response, reply);
  const bytes = Buffer.from(reply.body);
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), end);
  return reply.status;
}
