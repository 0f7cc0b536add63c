/**
 * Errors as OKX sends them: an HTTP status and `{code, msg, data: []}`; for one order of a request, `sCode` and `sMsg`
 * inside `data`. Codes, statuses and texts: OKX API v5, "Error code", REST and websocket, as of July 2026.
 */

/** Thrown by request handlers; becomes the reply, or the row of one order. */
export class OkxError extends Error {
  override readonly name = 'OkxError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: number, msg: string) {
    super(msg);
    this.status = status;
    this.code = String(code);
  }
}

const refusal = (code: number, msg: string): OkxError => new OkxError(200, code, msg);
const bad = (code: number, msg: string): OkxError => new OkxError(400, code, msg);
const unauthorized = (code: number, msg: string): OkxError => new OkxError(401, code, msg);

// General
export const emptyBody = (): OkxError => bad(50000, 'Body for POST request cannot be empty.');
export const unavailable = (): OkxError =>
  new OkxError(503, 50001, 'Service temporarily unavailable. Please try again later.');
export const jsonSyntax = (): OkxError => bad(50002, 'JSON syntax error');
export const tooManyRequests = (): OkxError => new OkxError(429, 50011, 'Too Many Requests');
export const missingParameter = (name: string): OkxError =>
  bad(50014, `Parameter ${name} can not be empty.`);
export const eitherParameter = (one: string, other: string): OkxError =>
  bad(50015, `Either parameter ${one} or ${other} is required`);

// API
export const expired = (): OkxError => unauthorized(50102, 'Timestamp request expired.');
export const noHeader = (code: number, name: string): OkxError =>
  unauthorized(code, `Request header "${name}" cannot be empty.`);
export const wrongPassphrase = (): OkxError =>
  unauthorized(50105, 'Request header "OK-ACCESS-PASSPHRASE" incorrect.');
export const unknownKey = (): OkxError => unauthorized(50111, 'Invalid OK-ACCESS-KEY.');
export const badTimestamp = (): OkxError => unauthorized(50112, 'Invalid OK-ACCESS-TIMESTAMP.');
export const badSignature = (): OkxError => unauthorized(50113, 'Invalid signature.');
export const badMethod = (): OkxError => new OkxError(405, 50115, 'Invalid request method.');
/** A key that has been deleted. */
export const noSuchKey = (): OkxError => refusal(50119, "API key doesn't exist");
export const noPermission = (): OkxError =>
  refusal(50120, "This API key doesn't have permission to use this function");

// Trade
export const badParameter = (name: string): OkxError => bad(51000, `Parameter ${name} error`);
export const noSuchInstrument = (): OkxError =>
  refusal(51001, "Instrument ID, Instrument ID code or Spread ID doesn't exist.");
export const idRequired = (): OkxError =>
  refusal(51003, 'Either client order ID or order ID is required.');
export const exceedsMaximum = (): OkxError =>
  refusal(51005, 'Your order amount exceeds the max order amount.');
export const insufficientBalance = (asset: string): OkxError =>
  refusal(51008, `Order failed. Insufficient ${asset} balance in account`);
export const blocked = (): OkxError =>
  refusal(51009, 'Order blocked. Please contact customer support for assistance.');
export const wrongMode = (): OkxError =>
  refusal(51010, 'Request unsupported under current account mode');
export const duplicateClientId = (): OkxError => refusal(51016, 'Client order ID already exists.');
export const belowMinimum = (): OkxError =>
  refusal(51020, 'Your order should meet or exceed the minimum order amount.');
export const suspended = (): OkxError => refusal(51022, 'Contract suspended.');
export const tooManyOrders = (max: number): OkxError =>
  refusal(51111, `Maximum ${String(max)} orders can be placed in bulk.`);
export const offLot = (): OkxError =>
  refusal(51121, 'Order quantity must be a multiple of the lot size.');
/** A price between two ticks. Which code OKX sends for spot is not verified; this is the one its list has for precision. */
export const offTick = (): OkxError =>
  refusal(51150, 'The precision of the number of trades or the price exceeds the limit.');
/** A buy too far above the market, or a sell too far below. */
export const offLimits = (side: 'BUY' | 'SELL'): OkxError =>
  side === 'BUY'
    ? refusal(51137, 'Your opening price has triggered the limit price.')
    : refusal(51138, 'Your opening price has triggered the limit price.');
export const positionLimit = (): OkxError =>
  refusal(
    51129,
    'The value of the position and buy order has reached the position limit, and no further buying is allowed.',
  );
export const tooManyPending = (what: string, max: number | undefined): OkxError =>
  refusal(
    51174,
    `The number of ${what} pending orders reached the upper limit${max === undefined ? '' : ` of ${String(max)}`} (orders).`,
  );
export const tooManyStops = (max: string): OkxError =>
  refusal(51261, `Each user can hold up to ${max} pending stop orders at the same time.`);
export const exceedsMarketMaximum = (): OkxError =>
  refusal(51202, 'Market order amount exceeds the maximum amount.');
export const noLimitPrice = (): OkxError =>
  refusal(51204, 'The price for the limit order cannot be empty.');
export const duplicateAlgoId = (): OkxError => refusal(51065, 'algoClOrdId already exists.');
/** A trigger that the last price has reached already. */
export const onWrongSide = (kind: 'SL' | 'TP', side: 'BUY' | 'SELL'): OkxError => {
  const isTooLow = (kind === 'SL') === (side === 'BUY');
  const code = (kind === 'SL' ? [51278, 51280] : [51279, 51277])[isTooLow ? 0 : 1] ?? 51000;
  const word = isTooLow ? 'lower' : 'higher';
  return refusal(code, `${kind} trigger price cannot be ${word} than the last price.`);
};
/** Filled, cancelled and unknown orders alike: 51401 and 51402 are documented for spread trading only. */
export const cancelFailed = (): OkxError =>
  refusal(
    51400,
    'Order cancellation failed as the order has been filled, canceled or does not exist.',
  );
export const cancelIdRequired = (): OkxError =>
  refusal(51407, 'Either order ID or client order ID is required.');
export const amendmentRequired = (): OkxError =>
  refusal(51500, 'You must enter a price, quantity, or TP/SL.');
export const cannotAffordAmendment = (): OkxError =>
  refusal(51502, 'Order modification failed for insufficient margin or balance.');
export const amendFailed = (): OkxError =>
  refusal(
    51503,
    'Order modification failed as the order has been filled, canceled or does not exist.',
  );
export const amendedTooLate = (isFilled: boolean): OkxError =>
  isFilled
    ? refusal(51510, 'Modification failed as the order has been completed.')
    : refusal(51509, 'Modification failed as the order has been canceled.');
export const noSuchOrder = (): OkxError => refusal(51603, 'Order does not exist.');
