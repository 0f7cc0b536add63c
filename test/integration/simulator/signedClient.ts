/** A minimal client of the venue's REST interface: signs as its documentation says, throws nothing away. */
import { createHmac } from 'node:crypto';

export const KEY = { apiKey: 'test-key', secret: 'test-secret' } as const;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A plain request. */
export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export interface Call {
  readonly base: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly params?: Readonly<Record<string, string | number>>;
  /** What to break. */
  readonly apiKey?: string;
  readonly secret?: string;
  readonly timestamp?: number;
}

/** A signed request: GET and DELETE in the query, POST in the body. */
export async function signed(call: Call): Promise<Answer> {
  const timestamp = call.timestamp ?? Date.now();
  const pairs = { ...call.params, recvWindow: 10_000, timestamp };
  const query = Object.entries(pairs)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const signature = createHmac('sha256', call.secret ?? KEY.secret)
    .update(query)
    .digest('hex');
  const payload = `${query}&signature=${signature}`;
  const headers = { 'X-MBX-APIKEY': call.apiKey ?? KEY.apiKey };
  const { base, method, path } = call;
  if (method !== 'POST') return request(`${base}${path}?${payload}`, { method, headers });
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  return request(`${base}${path}`, { method, headers: form, body: payload });
}
