/** Trade frames by the million: encoded beforehand and written in blocks, so that the sender is never the bottleneck. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { randomFrom } from './market.ts';
import {
  BASE_PRICE,
  BASES,
  MARKET_START_MS,
  MINUTE_MS,
  PAST_BARS,
  type FloodRequest,
} from './wire.ts';

/** Frames in a block: about 40 KiB. */
const FRAMES_PER_BLOCK = 256;
/** Different blocks. */
const BLOCKS = 16;
/** A websocket frame: final, text; 126: the length follows in two bytes (RFC 6455 §5.2). */
const FINAL_TEXT = 0x81;
const LENGTH_IN_TWO_BYTES = 126;
const SHORT_MAX = 125;

/** Writes frames, never faster than they are read; returns the bytes written. `frames` is rounded up to whole blocks. */
export async function flood(
  socket: Duplex,
  { frames, perS = Infinity }: Pick<FloodRequest, 'frames' | 'perS'>,
): Promise<number> {
  const blocks = Array.from({ length: BLOCKS }, (_, block) => encodeBlock(block));
  const start = performance.now();
  let bytes = 0;
  for (let index = 0; index < blocksFor(frames); index += 1) {
    const earlyMs = start + (index * FRAMES_PER_BLOCK * 1_000) / perS - performance.now();
    if (earlyMs >= 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    const block = blocks[index % BLOCKS] ?? Buffer.alloc(0);
    bytes += block.length;
    if (!socket.write(block)) await once(socket, 'drain');
  }
  return bytes;
}

/** Frames really sent when so many are asked for. */
export const floodSize = (frames: number): number => blocksFor(frames) * FRAMES_PER_BLOCK;

const blocksFor = (frames: number): number => Math.ceil(frames / FRAMES_PER_BLOCK);

function encodeBlock(block: number): Buffer {
  const random = randomFrom(block);
  const frames = Array.from({ length: FRAMES_PER_BLOCK }, (_, index) =>
    encodeFrame(tradeText(block * FRAMES_PER_BLOCK + index, random)),
  );
  return Buffer.concat(frames);
}

function encodeFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length <= SHORT_MAX)
    return Buffer.concat([Buffer.from([FINAL_TEXT, payload.length]), payload]);
  const head = Buffer.from([FINAL_TEXT, LENGTH_IN_TWO_BYTES, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** As Binance sends it, field by field. */
function tradeText(index: number, random: () => number): string {
  const at = MARKET_START_MS + PAST_BARS * MINUTE_MS + index;
  return JSON.stringify({
    e: 'trade',
    E: at,
    s: `${BASES[index % BASES.length] ?? BASES[0]}USDT`,
    t: 4_000_000_000 + index,
    p: (BASE_PRICE + random() * 10).toFixed(8),
    q: (random() + 0.001).toFixed(8),
    T: at,
    m: random() < 0.5,
    M: true,
  });
}
