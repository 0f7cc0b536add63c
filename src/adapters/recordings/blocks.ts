/**
 * A file of compressed blocks. Each block can be trusted by itself (lengths, checksum) and is compressed with the text before it as
 * dictionary: nearly as small as one stream, and whatever was written before a crash can be read.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { crc32, deflateRaw, inflateRawSync, type InputType, type ZlibOptions } from 'node:zlib';

export const MAGIC = Buffer.from('PLIMREC1');
/** Compressed length, plain length, checksum of what is compressed: 32 bits each, little-endian. */
const HEADER_BYTES = 12;
/** The farthest that deflate looks back. */
const DICTIONARY_BYTES = 32 * 1024;
/** Blocks are cut at a tenth of this, and one entry may be long. */
const PLAIN_BYTES_MAX = 256 * 1024 * 1024;

const deflate = promisify<InputType, ZlibOptions, Buffer>(deflateRaw);

/** Compresses one block after the other, in the thread pool. */
export class BlockPacker {
  #before: Buffer = Buffer.alloc(0);

  async pack(plain: Buffer): Promise<Buffer> {
    const packed = await deflate(plain, dictionaryOf(this.#before));
    this.#before = tailOf(this.#before, plain);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(packed.length, 0);
    header.writeUInt32LE(plain.length, 4);
    header.writeUInt32LE(crc32(packed), 8);
    return Buffer.concat([header, packed]);
  }
}

/** How much of a file could be read. */
export interface BlockEnd {
  /** Share of the file that was read so far, in [0, 1]. */
  share: number;
  /** Bytes at the end that are no whole block: the process was killed while it wrote, or the disk was full. */
  tornBytes: number;
}

/**
 * The text of each block, in order. What cannot be read ends it, and is told in `end`.
 * @throws Error `RECORDING_INVALID` when the file is none of ours, `RECORDING_MISSING` when it cannot be opened.
 */
export function* readBlocks(path: string, end: BlockEnd): Generator<string> {
  const file = opened(path);
  try {
    const size = fstatSync(file).size;
    if (!readAt(file, 0, MAGIC.length)?.equals(MAGIC))
      throw new Error(`RECORDING_INVALID: ${path} is not a recording`);
    let at = MAGIC.length;
    let before: Buffer = Buffer.alloc(0);
    while (at < size) {
      const block = blockAt(file, at, before);
      if (!block) break;
      at += block.bytes;
      end.share = at / size;
      before = tailOf(before, block.plain);
      yield block.plain.toString('utf8');
    }
    end.tornBytes = size - at;
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new Error(`RECORDING_MISSING: ${path} cannot be read`, { cause: error });
  }
}

function blockAt(
  file: number,
  at: number,
  before: Buffer,
): { readonly plain: Buffer; readonly bytes: number } | undefined {
  const header = readAt(file, at, HEADER_BYTES);
  if (!header) return undefined;
  const packedBytes = header.readUInt32LE(0);
  const plainBytes = header.readUInt32LE(4);
  if (packedBytes > PLAIN_BYTES_MAX || plainBytes > PLAIN_BYTES_MAX) return undefined;
  const packed = readAt(file, at + HEADER_BYTES, packedBytes);
  if (!packed || crc32(packed) !== header.readUInt32LE(8)) return undefined;
  const plain = inflateRawSync(packed, { ...dictionaryOf(before), maxOutputLength: plainBytes });
  return { plain, bytes: HEADER_BYTES + packedBytes };
}

/** Undefined when there are fewer bytes than that. */
function readAt(file: number, at: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const more = readSync(file, bytes, read, length - read, at + read);
    if (more === 0) return undefined;
    read += more;
  }
  return bytes;
}

function dictionaryOf(before: Buffer): ZlibOptions {
  return before.length > 0 ? { dictionary: before } : {};
}

/** The last text so far, of one block or of several small ones. */
function tailOf(before: Buffer, plain: Buffer): Buffer {
  if (plain.length >= DICTIONARY_BYTES) return plain.subarray(-DICTIONARY_BYTES);
  return Buffer.concat([before, plain]).subarray(-DICTIONARY_BYTES);
}
