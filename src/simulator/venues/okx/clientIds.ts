/** Client order ids. OKX needs none; the engine does, so an order without one gets an id that no client can write. */
import { badParameter } from './errors.ts';
import type { Params } from './params.ts';

const CLIENT_ID = /^[A-Za-z0-9]{1,32}$/;
const GENERATED = '.';

/** 1 to 32 letters and digits, as documented. */
export function isClientId(text: string): boolean {
  return CLIENT_ID.test(text);
}

/** The client id a request brings; undefined when it brings none. @throws OkxError 51000. */
export function readClientId(params: Params, name = 'clOrdId'): string | undefined {
  const id = params.text(name);
  if (id !== undefined && !isClientId(id)) throw badParameter(name);
  return id;
}

/** The id of an order whose client gave none. */
export function generatedClientId(orderId: number): string {
  return `${GENERATED}${String(orderId)}`;
}

/** An order's client id as the client knows it: empty when it gave none. */
export function clientIdText(clientOrderId: string): string {
  return clientOrderId.startsWith(GENERATED) ? '' : clientOrderId;
}
