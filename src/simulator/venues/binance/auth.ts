/** Signed requests: API key, HMAC-SHA256 over the raw parameters, and the clock window on the wall clock. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  badKeyFormat,
  badSignature,
  clockAhead,
  missingParameter,
  outsideRecvWindow,
  recvWindowTooLarge,
  rejectedKey,
} from './errors.ts';
import type { Params } from './params.ts';
import type { Credential } from '../venue.ts';

const RECV_WINDOW_DEFAULT_MS = 5_000;
const RECV_WINDOW_MAX_MS = 60_000;
const AHEAD_MAX_MS = 1_000;

export class Authenticator {
  readonly #byKey = new Map<string, Credential>();
  readonly #wallNowMs: () => number;

  constructor(credentials: readonly Credential[], wallNowMs: () => number) {
    for (const credential of credentials) this.#byKey.set(credential.apiKey, credential);
    this.#wallNowMs = wallNowMs;
  }

  /** @throws BinanceError −2014 or −2015. */
  credentialOf(apiKey: string | undefined): Credential {
    if (apiKey === undefined || apiKey === '') throw badKeyFormat();
    const credential = this.#byKey.get(apiKey);
    if (credential === undefined) throw rejectedKey();
    return credential;
  }

  /** The account a key belongs to; undefined for an unknown key. */
  accountOf(apiKey: string | undefined): string | undefined {
    return apiKey === undefined ? undefined : this.#byKey.get(apiKey)?.accountId;
  }

  /**
   * Checks a signature over `payload`, the raw parameters without the signature itself, and the timestamp.
   * @throws BinanceError −1021, −1022, −1102 or −1131.
   */
  verify(credential: Credential, params: Params, payload: string): void {
    const timestampMs = params.integer('timestamp');
    if (timestampMs === undefined) throw missingParameter('timestamp');
    const signature = params.required('signature');
    const expected = createHmac('sha256', credential.secret).update(payload).digest();
    const given = Buffer.from(signature, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw badSignature();
    this.#checkClock(timestampMs, params.integer('recvWindow') ?? RECV_WINDOW_DEFAULT_MS);
  }

  #checkClock(timestampMs: number, recvWindowMs: number): void {
    if (recvWindowMs > RECV_WINDOW_MAX_MS) throw recvWindowTooLarge();
    const nowMs = this.#wallNowMs();
    if (timestampMs >= nowMs + AHEAD_MAX_MS) throw clockAhead();
    if (nowMs - timestampMs > recvWindowMs) throw outsideRecvWindow();
  }
}

/** A raw parameter string without its signature. */
export function withoutSignature(encoded: string): string {
  return encoded.replace(/(^|&)signature=[^&]*/, '').replace(/^&/, '');
}
