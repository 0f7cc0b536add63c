/**
 * SHA-256 (FIPS 180-4) in plain arithmetic: core may not use a platform's crypto, and ids must be a pure function
 * of what they name. For ids only, never for secrets: it makes no attempt at constant time.
 */

const BLOCK_BYTES = 64;
/** Bytes of the length at the end of the last block. */
const LENGTH_BYTES = 8;
const DIGEST_BYTES = 32;

const INITIAL = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);

// prettier-ignore
const ROUND_CONSTANTS = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

/** The SHA-256 digest of a text's UTF-8 bytes: 32 bytes. */
export function sha256(text: string): Uint8Array {
  const message = padded(utf8(text, TEXT));
  STATE.set(INITIAL);
  for (let offset = 0; offset < message.length; offset += BLOCK_BYTES) {
    fillSchedule(SCHEDULE, message, offset);
    compress(STATE, SCHEDULE);
  }
  const digest = new Uint8Array(DIGEST_BYTES);
  for (let index = 0; index < DIGEST_BYTES; index += 1) {
    digest[index] = at(STATE, index >> 2) >>> (24 - 8 * (index & 3));
  }
  return digest;
}

/** Working memory of one call. Made once: making typed arrays of this size took half of the time of a digest. */
const STATE = new Int32Array(INITIAL.length);
const SCHEDULE = new Int32Array(ROUND_CONSTANTS.length);
const TEXT: number[] = [];

/** UTF-8 bytes of a text, in a list that is used again. A lone surrogate becomes U+FFFD, as in TextEncoder. */
function utf8(text: string, bytes: number[]): number[] {
  bytes.length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes.push(unit);
      continue;
    }
    const point = text.codePointAt(index) ?? 0;
    if (point > 0xffff) index += 1;
    pushMultiByte(bytes, point >= 0xd800 && point <= 0xdfff ? 0xfffd : point);
  }
  return bytes;
}

function pushMultiByte(bytes: number[], point: number): void {
  if (point < 0x800) {
    bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
  } else {
    bytes.push(
      0xf0 | (point >> 18),
      0x80 | ((point >> 12) & 0x3f),
      0x80 | ((point >> 6) & 0x3f),
      0x80 | (point & 0x3f),
    );
  }
}

/** Gives the message its end mark and its length in bits, and fills it up to whole blocks (§5.1.1). */
function padded(bytes: number[]): number[] {
  const bits = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % BLOCK_BYTES !== BLOCK_BYTES - LENGTH_BYTES) bytes.push(0);
  pushWord(bytes, Math.floor(bits / 2 ** 32));
  pushWord(bytes, bits);
  return bytes;
}

function pushWord(bytes: number[], word: number): void {
  bytes.push((word >>> 24) & 0xff, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff);
}

/** Four bytes from `index` on, big-endian. */
function wordAt(bytes: readonly number[], index: number): number {
  const high = (at(bytes, index) << 24) | (at(bytes, index + 1) << 16);
  return high | (at(bytes, index + 2) << 8) | at(bytes, index + 3);
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The message schedule W of one block (§6.2.2 step 1). */
function fillSchedule(w: Int32Array, message: readonly number[], offset: number): void {
  for (let t = 0; t < 16; t += 1) w[t] = wordAt(message, offset + t * 4);
  for (let t = 16; t < w.length; t += 1) {
    const early = at(w, t - 15);
    const late = at(w, t - 2);
    const sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    w[t] = at(w, t - 16) + sigma0 + at(w, t - 7) + sigma1;
  }
}

/** One block's rounds (§6.2.2 steps 2–4). The names are the standard's. */
function compress(state: Int32Array, w: Int32Array): void {
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let t = 0; t < w.length; t += 1) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + sum1 + choice + at(ROUND_CONSTANTS, t) + at(w, t)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + sum0 + majority) | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
}

/** A word that is there by construction. */
function at(words: ArrayLike<number>, index: number): number {
  return words[index] ?? 0;
}
