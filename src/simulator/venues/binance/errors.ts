/**
 * Errors as Binance sends them: an HTTP status and `{code, msg}`. Codes and texts: Binance spot API documentation,
 * "Error codes"; where that page gives several texts for a code, the one the real venue was seen to send.
 */
import type { Json, JsonObject } from '../shared/json.ts';

/** Thrown by request handlers; becomes the reply. */
export class BinanceError extends Error {
  override readonly name = 'BinanceError';
  readonly status: number;
  readonly code: number;
  /** What came of the parts of a request that failed in part; only cancel-replace has it. */
  readonly data: Json | undefined;
  /** Seconds a client must wait; sent as the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: number,
    msg: string,
    more: { data?: Json; retryAfterSeconds?: number } = {},
  ) {
    super(msg);
    this.status = status;
    this.code = code;
    this.data = more.data;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  /** The JSON body of the reply. */
  body(): JsonObject {
    const { code, message: msg, data } = this;
    return data === undefined ? { code, msg } : { code, msg, data };
  }
}

const bad = (code: number, msg: string): BinanceError => new BinanceError(400, code, msg);

// 10xx: the venue as a whole. Each is the error of its name; what varies in its text is a parameter.

const POLLING = 'Please use WebSocket Streams for live updates to avoid';

export const tooMuchWeight = (limit: number, retryAfterSeconds: number): BinanceError =>
  new BinanceError(
    429,
    -1003,
    `Too much request weight used; current limit is ${String(limit)} request weight per 1 MINUTE. ${POLLING} polling the API.`,
    { retryAfterSeconds },
  );
export const banned = (untilMs: number, retryAfterSeconds: number): BinanceError =>
  new BinanceError(
    418,
    -1003,
    `Way too much request weight used; IP banned until ${String(untilMs)}. ${POLLING} bans.`,
    { retryAfterSeconds },
  );
export const tooManyOrders = (limit: number, interval: string): BinanceError =>
  new BinanceError(
    429,
    -1015,
    `Too many new orders; current limit is ${String(limit)} orders per ${interval}.`,
  );
export const underMaintenance = (): BinanceError =>
  new BinanceError(503, 1, 'System is under maintenance.');
export const filterFailure = (filter: string): BinanceError =>
  bad(-1013, `Filter failure: ${filter}`);
export const rejectedMessage = (msg: string): BinanceError => bad(-1013, msg);
export const clockAhead = (): BinanceError =>
  bad(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
export const outsideRecvWindow = (): BinanceError =>
  bad(-1021, 'Timestamp for this request is outside of the recvWindow.');
export const badSignature = (): BinanceError =>
  bad(-1022, 'Signature for this request is not valid.');

// 11xx: the request

export const illegalParameter = (name: string, range: string): BinanceError =>
  bad(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
export const duplicateParameter = (): BinanceError =>
  bad(-1101, 'Duplicate values for a parameter detected.');
export const missingParameter = (name: string): BinanceError =>
  bad(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const missingEither = (one: string, other: string): BinanceError =>
  bad(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`);
export const unreadParameters = (read: number, sent: number): BinanceError =>
  bad(
    -1104,
    `Not all sent parameters were read; read '${String(read)}' parameter(s) but was sent '${String(sent)}'.`,
  );
export const emptyParameter = (name: string): BinanceError =>
  bad(-1105, `Parameter '${name}' was empty.`);
export const parameterNotRequired = (name: string): BinanceError =>
  bad(-1106, `Parameter '${name}' sent when not required.`);
export const tooPrecise = (name: string): BinanceError =>
  bad(-1111, `Parameter '${name}' has too much precision.`);
export const invalidTimeInForce = (): BinanceError => bad(-1115, 'Invalid timeInForce.');
export const invalidOrderType = (): BinanceError => bad(-1116, 'Invalid orderType.');
export const invalidSide = (): BinanceError => bad(-1117, 'Invalid side.');
export const invalidInterval = (): BinanceError => bad(-1120, 'Invalid interval.');
export const invalidSymbol = (): BinanceError => bad(-1121, 'Invalid symbol.');
export const intervalTooBig = (): BinanceError =>
  bad(-1127, 'More than 24 hours between startTime and endTime.');
export const badParameterCombination = (): BinanceError =>
  bad(-1128, 'Combination of optional parameters invalid.');
export const invalidParameter = (name: string): BinanceError =>
  bad(-1130, `Data sent for parameter '${name}' is not valid.`);
export const recvWindowTooLarge = (): BinanceError =>
  bad(-1131, 'recvWindow must be less than 60000');
export const invalidJson = (): BinanceError => bad(-1135, 'Invalid JSON Request');
export const invalidTickerType = (): BinanceError => bad(-1139, 'Invalid ticker type.');
export const invalidCancelRestrictions = (): BinanceError =>
  bad(-1145, 'Invalid cancelRestrictions');

/** What an order list may not be. */
export const OCO_ERRORS = {
  type: bad(-1158, 'Order type not supported in OCO.'),
  buyLimitAbove: bad(-1165, 'A limit order in a buy OCO must be below.'),
  sellLimitBelow: bad(-1166, 'A limit order in a sell OCO must be above.'),
  bothLimit: bad(-1168, 'At least one OCO order must be contingent.'),
  buyStopBelow: bad(-1196, 'A stop loss order in a buy OCO must be above.'),
  sellStopAbove: bad(-1197, 'A stop loss order in a sell OCO must be below.'),
  buyTakeProfitAbove: bad(-1198, 'A take profit order in a buy OCO must be below.'),
  sellTakeProfitBelow: bad(-1199, 'A take profit order in a sell OCO must be above.'),
} as const;

// 20xx: the matching engine and the account

export const newOrderRejected = (msg: string): BinanceError => bad(-2010, msg);
export const cancelRejected = (msg = 'Unknown order sent.'): BinanceError => bad(-2011, msg);
export const noSuchOrder = (): BinanceError => bad(-2013, 'Order does not exist.');
export const noSuchOrderList = (): BinanceError => bad(-2013, 'Order list does not exist.');
export const badKeyFormat = (): BinanceError =>
  new BinanceError(401, -2014, 'API-key format invalid.');
export const rejectedKey = (): BinanceError =>
  new BinanceError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
/** One half of a cancel-replace failed, the other did not. */
export const cancelReplacePartlyFailed = (data: Json): BinanceError =>
  new BinanceError(409, -2021, 'Order cancel-replace partially failed.', { data });
/** Both halves failed, or the second was not attempted. */
export const cancelReplaceFailed = (data: Json): BinanceError =>
  new BinanceError(400, -2022, 'Order cancel-replace failed.', { data });
/** A request that needs a session came before `session.logon`. */
export const unauthenticatedSession = (): BinanceError =>
  bad(-1102, 'Session is not authenticated: call session.logon first.');
export const unknownMethod = (): BinanceError => bad(-1000, 'Unknown method.');
export const subscriptionActive = (): BinanceError =>
  bad(-2035, 'User Data Stream subscription already active.');
