/** Who asks: signed REST requests and websocket logins. HMAC-SHA256 in base64, a passphrase, a window on the wall clock. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Credential, VenueRequest } from '../venue.ts';
import {
  badSignature,
  badTimestamp,
  expired,
  noHeader,
  unknownKey,
  wrongPassphrase,
} from './errors.ts';

/** A request is refused when its timestamp is further than this from the exchange's clock. */
const WINDOW_MS = 30_000;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const LOGIN_PATH = '/users/self/verify';

/** What a login message carries. */
export interface Login {
  readonly apiKey: string;
  readonly passphrase: string;
  /** Epoch seconds. */
  readonly timestamp: string;
  readonly sign: string;
}

/** Why a login was refused: websocket error code and text. */
export interface LoginRefusal {
  readonly code: number;
  readonly msg: string;
}

/** The keys there are, and the exchange's clock. */
export class Authenticator {
  readonly #byKey = new Map<string, Credential>();
  readonly #wallNowMs: () => number;

  constructor(credentials: readonly Credential[], wallNowMs: () => number) {
    for (const credential of credentials) this.#byKey.set(credential.apiKey, credential);
    this.#wallNowMs = wallNowMs;
  }

  /** Account id of a key; undefined for an unknown one. */
  accountOf(apiKey: string | undefined): string | undefined {
    return apiKey === undefined ? undefined : this.#byKey.get(apiKey)?.accountId;
  }

  /**
   * Whose request this is. In which order OKX makes these checks is not verified.
   * @throws OkxError 50102 … 50113.
   */
  verify(request: VenueRequest): Credential {
    const apiKey = headerOf(request, 50103, 'OK-ACCESS-KEY');
    const passphrase = headerOf(request, 50104, 'OK-ACCESS-PASSPHRASE');
    const sign = headerOf(request, 50106, 'OK-ACCESS-SIGN');
    const timestamp = headerOf(request, 50107, 'OK-ACCESS-TIMESTAMP');
    const atMs = ISO_TIME.test(timestamp) ? Date.parse(timestamp) : NaN;
    if (Number.isNaN(atMs)) throw badTimestamp();
    if (this.#isExpired(atMs)) throw expired();
    const credential = this.#byKey.get(apiKey);
    if (credential === undefined) throw unknownKey();
    if (!isPassphrase(credential, passphrase)) throw wrongPassphrase();
    const query = request.query === '' ? '' : `?${request.query}`;
    const payload = timestamp + request.method + request.path + query + request.body;
    if (!isSigned(credential, payload, sign)) throw badSignature();
    return credential;
  }

  /** Whose login this is, or why it is refused. */
  login(login: Login): Credential | LoginRefusal {
    if (!/^\d{1,13}(?:\.\d+)?$/.test(login.timestamp))
      return { code: 60004, msg: 'Invalid timestamp' };
    if (this.#isExpired(Number(login.timestamp) * 1_000))
      return { code: 60006, msg: 'Timestamp request expired' };
    const credential = this.#byKey.get(login.apiKey);
    if (credential === undefined) return { code: 60005, msg: 'Invalid apiKey' };
    if (!isPassphrase(credential, login.passphrase))
      return { code: 60024, msg: 'Wrong passphrase' };
    const payload = `${login.timestamp}GET${LOGIN_PATH}`;
    return isSigned(credential, payload, login.sign)
      ? credential
      : { code: 60007, msg: 'Invalid sign' };
  }

  #isExpired(atMs: number): boolean {
    return Math.abs(this.#wallNowMs() - atMs) > WINDOW_MS;
  }
}

function headerOf(request: VenueRequest, code: number, name: string): string {
  const value = request.header(name.toLowerCase());
  if (value === undefined || value === '') throw noHeader(code, name);
  return value;
}

/** A credential without a passphrase takes any. */
function isPassphrase(credential: Credential, given: string): boolean {
  return credential.passphrase === undefined || credential.passphrase === given;
}

function isSigned(credential: Credential, payload: string, sign: string): boolean {
  const expected = createHmac('sha256', credential.secret).update(payload).digest();
  const given = Buffer.from(sign, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
