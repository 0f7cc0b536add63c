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
