/**
 * The frames of a market data connection: SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY.
 * Source: Binance "WebSocket Streams" documentation, live subscribing and error messages. As on the venue, a
 * well-formed name of a stream that does not exist is acknowledged and stays silent.
 */
import type { Connection } from './connections.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { MarketStreams } from './marketStreams.ts';

const VARIANTS =
  'expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`';
const STREAM_NAME = /^!?\w+(?:@[\w:+.-]+)*$/;

/** Answers a frame; undefined is one that is no JSON object. */
export function answerStreamFrame(
  streams: MarketStreams,
  connection: Connection,
  frame: JsonObject | undefined,
): void {
  if (frame === undefined) {
    connection.reply(
      JSON.stringify(problem(3, 'Invalid JSON: expected value at line 1 column 1', undefined)),
    );
    return;
  }
  const id = frame['id'] ?? null;
  const isNumbered = id === null || (typeof id === 'number' && Number.isInteger(id) && id >= 0);
  if (!isNumbered && typeof id !== 'string') {
    const text = 'Invalid request: request ID must be an unsigned integer';
    connection.reply(JSON.stringify(problem(2, text, undefined)));
    return;
  }
  const answer = run(streams, connection, frame);
  if (typeof answer !== 'string') {
    connection.reply(JSON.stringify({ ...answer, id }));
    return;
  }
  connection.reply(JSON.stringify(problem(2, `Invalid request: ${answer}`, id)));
  if (answer === INVALID_STREAM) connection.refuse('invalid stream');
}

const INVALID_STREAM = 'invalid stream';

/** The answer of a request, or what is wrong with it. */
function run(
  streams: MarketStreams,
  connection: Connection,
  frame: JsonObject,
): JsonObject | string {
  const { method, params } = frame as { method?: Json; params?: Json };
  if (typeof method !== 'string') return 'missing field `method`';
  switch (method) {
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE': {
      const names = namesIn(params);
      return typeof names === 'string' ? names : change(streams, connection, method, names);
    }
    case 'LIST_SUBSCRIPTIONS':
      return { result: [...connection.channels] };
    case 'GET_PROPERTY':
    case 'SET_PROPERTY':
      return property(connection, method, params);
    default:
      return `unknown variant \`${method.slice(0, 64)}\`, ${VARIANTS}`;
  }
}

function namesIn(params: Json | undefined): readonly string[] | string {
  const list: readonly Json[] | undefined = Array.isArray(params) ? (params as Json[]) : undefined;
  if (list === undefined) return 'params must be an array of stream names';
  const names = list.filter((name): name is string => typeof name === 'string');
  if (names.length < list.length || !names.every((name) => STREAM_NAME.test(name)))
    return INVALID_STREAM;
  return names;
}

function change(
  streams: MarketStreams,
  connection: Connection,
  method: 'SUBSCRIBE' | 'UNSUBSCRIBE',
  names: readonly string[],
): JsonObject | string {
  for (const name of names) {
    if (method === 'UNSUBSCRIBE') streams.unsubscribe(connection, name);
    else if (!streams.subscribe(connection, name)) return 'too many streams';
  }
  return { result: null };
}

function property(
  connection: Connection,
  method: 'SET_PROPERTY' | 'GET_PROPERTY',
  params: Json | undefined,
): JsonObject | string {
  const list: readonly Json[] = Array.isArray(params) ? (params as Json[]) : [];
  const [name, value] = list;
  if (typeof name !== 'string') return 'property name must be a string';
  if (name !== 'combined') return 'Unknown property';
  if (method === 'GET_PROPERTY') return { result: connection.isCombined };
  if (typeof value !== 'boolean') return 'Invalid value type: expected Boolean';
  connection.isCombined = value;
  return { result: null };
}

function problem(code: number, msg: string, id: Json | undefined): JsonObject {
  return id === undefined ? { error: { code, msg } } : { error: { code, msg }, id };
}
