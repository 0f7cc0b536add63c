/** Where the control socket lies: where the configuration says, or, if that path is too long for a socket, in the run folder. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** `sun_path` holds 108 bytes with its end mark on Linux, 104 on the BSDs and macOS. */
export const SOCKET_PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;
const HASH_CHARS = 24;

/** The path that server and clients use for a configured one. @throws Error `CONTROL_PATH_TOO_LONG`. */
export function socketPathFor(configured: string, temporary: string = tmpdir()): string {
  const path = resolve(configured);
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path;
  const short = join(runDirectory(temporary), `${shortHash(path)}.sock`);
  if (Buffer.byteLength(short) <= SOCKET_PATH_BYTES_MAX) return short;
  throw new Error(
    `CONTROL_PATH_TOO_LONG: ${path} has more than ${SOCKET_PATH_BYTES_MAX} bytes and so has ${short}; ` +
      'choose a shorter data folder, or set TMPDIR to a shorter one',
  );
}

/** This user's folder for what lives only as long as a run. */
export function runDirectory(temporary: string = tmpdir()): string {
  return join(temporary, `plimsoll-${process.getuid?.() ?? 'user'}`);
}

/**
 * Makes the folder of a path, for this user alone. A folder in the shared temporary one could have been laid there by somebody
 * else: it must be ours and closed.
 * @throws Error `CONTROL_UNSAFE` when it is not.
 */
export function makePrivateFolder(path: string, temporary: string = tmpdir()): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (folder !== runDirectory(temporary)) return;
  const stat = lstatSync(folder);
  const foreign = process.getuid !== undefined && stat.uid !== process.getuid();
  if (!stat.isDirectory() || foreign || (stat.mode & 0o077) !== 0) {
    throw new Error(
      `CONTROL_UNSAFE: ${folder} must be a folder of yours with mode 0700; remove it`,
    );
  }
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARS);
}
