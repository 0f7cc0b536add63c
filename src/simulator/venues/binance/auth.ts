/** Signed requests: API key and its rights, HMAC-SHA256 over the raw parameters, and the clock window on the wall clock. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Conditions } from '../../faults/conditions.ts';
import type { Credential } from '../venue.ts';
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

const RECV_WINDOW_DEFAULT_MS = 5_000;
const RECV_WINDOW_MAX_MS = 60_000;
const AHEAD_MAX_MS = 1_000;

/** Knows the keys, and who they belong to. */
export class Authenticator {
  readonly #byKey = new Map<string, Credential>();
  readonly #wallNowMs: () => number;
  readonly #conditions: Conditions;

  constructor(options: {
    credentials: readonly Credential[];
    wallNowMs: () => number;
    conditions: Conditions;
  }) {
    for (const credential of options.credentials) this.#byKey.set(credential.apiKey, credential);
    this.#wallNowMs = options.wallNowMs;
    this.#conditions = options.conditions;
  }

  /** The account a key belongs to; undefined for an unknown key. */
  accountOf(apiKey: string | undefined): string | undefined {
    return apiKey === undefined ? undefined : this.#byKey.get(apiKey)?.accountId;
  }

  /**
   * Checks a key, a signature over `payload` (the raw parameters without the signature itself) and the timestamp.
   * @returns the account.
   * @throws BinanceError −1021, −1022, −1102, −1131, −2014, or −2015 for a key that is unknown, revoked or may not trade.
   */
  verify(
    apiKey: string | undefined,
    params: Params,
    signed: { payload: string; isTrade: boolean },
  ): string {
    const credential = this.#credentialOf(apiKey);
    const timestampMs = params.integer('timestamp');
    if (timestampMs === undefined) throw missingParameter('timestamp');
    const signature = params.required('signature');
    const expected = createHmac('sha256', credential.secret).update(signed.payload).digest();
    const given = Buffer.from(signature, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw badSignature();
    this.#checkClock(timestampMs, params.integer('recvWindow') ?? RECV_WINDOW_DEFAULT_MS);
    this.checkRights(credential.accountId, signed.isTrade);
    return credential.accountId;
  }

  /** @throws BinanceError −2015 when the account's key was revoked, or may read only and trading was asked for. */
  checkRights(accountId: string, isTrade: boolean): void {
    const state = this.#conditions.keyOf(accountId);
    if (state === 'revoked' || (state === 'read-only' && isTrade)) throw rejectedKey();
  }

  #credentialOf(apiKey: string | undefined): Credential {
    if (apiKey === undefined || apiKey === '') throw badKeyFormat();
    const credential = this.#byKey.get(apiKey);
    if (credential === undefined) throw rejectedKey();
    return credential;
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
