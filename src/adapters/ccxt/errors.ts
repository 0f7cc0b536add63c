/** What an error of ccxt says, without trusting its class alone: ccxt throws plain `TypeError`s, too. */
import { redact } from './redact.ts';

/** An answer that the exchange gave with an error: HTTP status, and the body as JSON (undefined when it was none). */
export interface ExchangeAnswer {
  readonly status: number;
  readonly body: unknown;
}

const answers = new WeakMap<Error, ExchangeAnswer>();
/** Errors of ours that say that the key is refused. */
const refusals = new WeakSet<Error>();

/** Keeps the answer beside the error that ccxt made of it. */
export function rememberAnswer(error: Error, answer: ExchangeAnswer): void {
  answers.set(error, answer);
}

/** The answer behind an error; undefined when the error is not an answer of the exchange. */
export function answerOf(error: unknown): ExchangeAnswer | undefined {
  return error instanceof Error ? answers.get(error) : undefined;
}

/** Class and message of anything thrown, redacted. */
export function describe(error: unknown, secrets: readonly string[] = []): string {
  if (!(error instanceof Error)) {
    // ccxt rejects some waits with the raw message of the exchange.
    const text =
      typeof error === 'object' && error !== null ? JSON.stringify(error) : String(error);
    return redact(text, secrets);
  }
  return redact(`${error.constructor.name}: ${error.message}`, secrets);
}

/** ccxt's class for a key that is not known, not valid, or lacks a right; its sub-classes count, too. */
const KEY_ERROR = 'AuthenticationError';
/** ccxt's classes for a question that the exchange understood and will never answer. */
const QUESTION_ERRORS: ReadonlySet<string> = new Set(['BadRequest', 'BadSymbol', 'NotSupported']);

/**
 * True when the exchange itself has refused the key, in an answer that ccxt knows by its code. A bare 401 or 403 may come from a
 * proxy or a firewall and proves nothing.
 */
function isKeyRefused(error: unknown): boolean {
  return answerOf(error)?.body !== undefined && isA(error, (name) => name === KEY_ERROR);
}

/** True when asking the same again would be refused again, such as bars of an interval that is not offered. */
export function isQuestionRefused(error: unknown): boolean {
  return isKeyRefused(error) || isA(error, (name) => QUESTION_ERRORS.has(name));
}

/** Whether the class of an error, or one it extends, has such a name. */
function isA(error: unknown, matches: (name: string) => boolean): boolean {
  if (!(error instanceof Error)) return false;
  for (let type: unknown = error.constructor; typeof type === 'function';) {
    if (matches(type.name)) return true;
    type = Object.getPrototypeOf(type);
  }
  return false;
}

/** Error for a question without a proper answer: `KEY_REFUSED` when it is for certain the key, else `GATEWAY_FAILED`. */
export function gatewayFailed(
  what: string,
  error: unknown,
  secrets: readonly string[] = [],
): Error {
  // Said already, of a question that came before this one.
  if (error instanceof Error && refusals.has(error)) return error;
  const words = `${what}: ${describe(error, secrets)}`;
  if (!isKeyRefused(error)) return new Error(`GATEWAY_FAILED: ${words}`);
  const refusal = new Error(`KEY_REFUSED: ${words}`);
  refusals.add(refusal);
  return refusal;
}
