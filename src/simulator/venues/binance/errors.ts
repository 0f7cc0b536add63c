/** Errors as Binance sends them: an HTTP status and `{code, msg}`. Codes and texts: Binance spot API, "Error codes". */

/** Thrown by request handlers; becomes the reply. */
export class BinanceError extends Error {
  override readonly name = 'BinanceError';
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, msg: string) {
    super(msg);
    this.status = status;
    this.code = code;
  }

  /** The JSON body of the reply. */
  body(): { code: number; msg: string } {
    return { code: this.code, msg: this.message };
  }
}

const bad = (code: number, msg: string): BinanceError => new BinanceError(400, code, msg);

export const missingParameter = (name: string): BinanceError =>
  bad(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const illegalParameter = (name: string, range: string): BinanceError =>
  bad(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
export const duplicateParameter = (): BinanceError =>
  bad(-1101, 'Duplicate values for a parameter detected.');
export const tooPrecise = (name: string): BinanceError =>
  bad(-1111, `Parameter '${name}' has too much precision.`);
export const parameterNotRequired = (name: string): BinanceError =>
  bad(-1106, `Parameter '${name}' sent when not required.`);
export const invalidTimeInForce = (): BinanceError => bad(-1115, 'Invalid timeInForce.');
export const invalidOrderType = (): BinanceError => bad(-1116, 'Invalid orderType.');
export const invalidSide = (): BinanceError => bad(-1117, 'Invalid side.');
export const invalidInterval = (): BinanceError => bad(-1120, 'Invalid interval.');
export const invalidSymbol = (): BinanceError => bad(-1121, 'Invalid symbol.');
export const badParameterCombination = (): BinanceError =>
  bad(-1128, 'Combination of optional parameters invalid.');
export const startAfterEnd = (): BinanceError =>
  bad(-1127, 'More than 24 hours between startTime and endTime.');
export const recvWindowTooLarge = (): BinanceError =>
  bad(-1131, 'recvWindow must be less than 60000');
export const clockAhead = (): BinanceError =>
  bad(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
export const outsideRecvWindow = (): BinanceError =>
  bad(-1021, 'Timestamp for this request is outside of the recvWindow.');
export const badSignature = (): BinanceError =>
  bad(-1022, 'Signature for this request is not valid.');
export const filterFailure = (filter: string): BinanceError =>
  bad(-1013, `Filter failure: ${filter}`);
export const newOrderRejected = (msg: string): BinanceError => bad(-2010, msg);
export const cancelRejected = (): BinanceError => bad(-2011, 'Unknown order sent.');
export const noSuchOrder = (): BinanceError => bad(-2013, 'Order does not exist.');
export const badKeyFormat = (): BinanceError =>
  new BinanceError(401, -2014, 'API-key format invalid.');
export const rejectedKey = (): BinanceError =>
  new BinanceError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
