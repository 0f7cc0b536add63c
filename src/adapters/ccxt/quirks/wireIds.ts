/**
 * Our client order ids as exchanges are given them, and back.
 */

/** plain: as it is · uuid: inside of a UUID · gate: sent as it is, reported with the `t-` that ccxt puts before it. */
export type WireForm = 'plain' | 'uuid' | 'gate';

/** @throws Error when it is none of our ids and must be turned into a UUID. */
export function toWireId(form: WireForm, id: string): string {
  return form === 'uuid' ? toUuid(id) : id;
}

/** Our id; one of somebody else comes back as it is. */
export function fromWireId(form: WireForm, reported: string): string {
  if (form === 'uuid') return fromUuid(reported);
  return form === 'gate' ? reported.replace(/^t-/, '') : reported;
}

/*
 * Our id inside of a UUID, for exchanges that want one, and back. The 17 base32 characters are 85 bits; they stand
 * in a UUID of version 8 (RFC 9562: bits of the maker's own choice), so that nothing has to be remembered to read them back.
 */

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID = /^x[a-z2-7]{17}$/;
const UUID = /^0000000([0-9a-f])-([0-9a-f]{4})-8([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{12})$/;
const HEX_DIGITS = 24;

function toUuid(id: string): string {
  if (!ID.test(id)) throw new Error(`"${id}" is no client order id of ours: x and 17 of a–z, 2–7`);
  let bits = 0n;
  for (const letter of id.slice(1)) bits = bits * 32n + BigInt(ALPHABET.indexOf(letter));
  const hex = bits.toString(16).padStart(HEX_DIGITS, '0').slice(-HEX_DIGITS);
  const [a, b, c, d, e] = [
    hex.slice(1, 2),
    hex.slice(2, 6),
    hex.slice(6, 9),
    hex.slice(9, 12),
    hex.slice(12),
  ];
  return `0000000${a}-${b}-8${c}-8${d}-${e}`;
}

function fromUuid(text: string): string {
  const digits = UUID.exec(text)?.slice(1).join('');
  if (digits === undefined) return text;
  let bits = BigInt(`0x${digits}`);
  let id = '';
  for (let count = 0; count < 17; count += 1) {
    id = ALPHABET.charAt(Number(bits % 32n)) + id;
    bits /= 32n;
  }
  return bits === 0n ? `x${id}` : text;
}
