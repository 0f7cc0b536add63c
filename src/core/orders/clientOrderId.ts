/** Who an order is: its intent id and the id we give the exchange. */
import {
  clientOrderId,
  intentId,
  type ClientOrderId,
  type IntentId,
  type MarketSymbol,
  type StrategyId,
} from '../domain/ids.ts';
import type { Side } from '../domain/order.ts';
import { sha256 } from '../domain/sha256.ts';

/** What makes an order this order. Equal parts give equal ids, on every machine and in every run. */
export interface IdentityParts {
  /** Made once per database, so that two installations on one account never collide. */
  readonly instanceId: string;
  /**
   * Made anew for every run. A journal restored from an old backup counts its sequence a second time; the exchange must not
   * see a second order under an id it has seen before.
   */
  readonly runId: string;
  /** Position in the journal's total order; used once per instance. ≥ 1. */
  readonly sequence: number;
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  readonly side: Side;
}

/** The three names of an order. */
export interface OrderIdentity {
  readonly intentId: IntentId;
  readonly clientOrderId: ClientOrderId;
  readonly sequence: number;
}

const PREFIX = 'x';
/** 25 bits that say whose order it is, and 60 that say which. */
const MARK_CHARS = 5;
const HASH_CHARS = 12;
const BITS_PER_CHAR = 5;
/** RFC 4648 base32, lower case. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const OURS = /^x[a-z2-7]{17}$/u;

/** True for an id that some installation of this program has made. */
export function clientOrderIdIsOurs(id: string): boolean {
  return OURS.test(id);
}

/**
 * True for an id that this installation has made, whatever its journal says of it. Another one on the same account would have the same
 * mark by chance once in 33 million; an order of a build that gave no marks counts as another's.
 */
export function isOfInstance(id: string, instanceId: string): boolean {
  return OURS.test(id) && id.startsWith(PREFIX + markOf(instanceId));
}

/** The last one worked out: a process has one. */
let last = { instanceId: '', mark: '' };

function markOf(instanceId: string): string {
  if (last.mark === '' || last.instanceId !== instanceId)
    last = { instanceId, mark: base32(sha256(instanceId), MARK_CHARS) };
  return last.mark;
}

/** Names an order. Pure and cheap (a few microseconds): it runs for every order of a backtest. */
export function orderIdentity(parts: IdentityParts): OrderIdentity {
  const intent = intentId(`${parts.instanceId}-${parts.sequence}`);
  return {
    intentId: intent,
    clientOrderId: clientOrderIdOf(intent, parts),
    sequence: parts.sequence,
  };
}

/**
 * `x`, the mark of the instance and a hash, 17 base32 characters in all: alphanumeric, 18 long, not starting with `t`, and so legal on
 * every supported exchange. Two of a million orders share a hash with a probability of 4 in 10 million. Parts
 * are joined by a line feed, which none of them may contain: no two different orders share a text.
 */
function clientOrderIdOf(intent: IntentId, parts: IdentityParts): ClientOrderId {
  const text = `${parts.runId}\n${intent}\n${parts.strategyId}\n${parts.symbol}\n${parts.side}`;
  return clientOrderId(PREFIX + markOf(parts.instanceId) + base32(sha256(text), HASH_CHARS));
}

/** The first `chars` base32 digits of these bytes. */
function base32(bytes: Uint8Array, chars: number): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= BITS_PER_CHAR && text.length < chars) {
      bits -= BITS_PER_CHAR;
      text += ALPHABET.charAt((buffer >>> bits) & 31);
    }
    if (text.length === chars) break;
  }
  return text;
}
