/** What an error of ccxt says, without trusting its class alone: ccxt throws plain `TypeError`s, too. */
import { redact } from './redact.ts';

/** An answer that the exchange gave with an error: HTTP status, and the body as JSON (undefined when it was none). */
export interface ExchangeAnswer {
  readonly status: number;
  readonly body: unknown;
}

const answers = new WeakMap<Error, ExchangeAnswer>();

/** Keeps the answer beside the error that ccxt made of it. */
export function rememberAnswer(error: Error, answer: ExchangeAnswer): void {
  answers.set(error, answer);
}

/** The answer behind an error; undefined when the error is not an answer of the exchange. */
export function answerOf(error: unknown): ExchangeAnswer | undefined {
  return error instanceof Error ? answers.get(error) : undefined;
}

/**
 * True when the error or one of its base classes has this name. By name, because the classes of ccxt's two builds
 * (ESM and CommonJS) are different objects with the same names.
 */
export function isNamed(error: unknown, name: string): boolean {
  let level: unknown = error;
  while (typeof level === 'object' && level !== null) {
    if (level.constructor.name === name) return true;
    level = Object.getPrototypeOf(level);
  }
  return false;
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

/** Error `GATEWAY_FAILED`: the exchange did not answer properly. */
export function gatewayFailed(
  what: string,
  error: unknown,
  secrets: readonly string[] = [],
): Error {
  return new Error(`GATEWAY_FAILED: ${what}: ${describe(error, secrets)}`);
}
