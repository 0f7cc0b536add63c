/** A log file of bounded size. Lines are written synchronously: what was logged before a crash is in the file. */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Where finished lines go. */
export interface LineSink {
  /** Takes one line with its line feed. Never throws: a full disk must not stop the daemon. */
  write(line: string): void;
  /** Makes sure that everything written is on disk. */
  flush(): void;
  /** Flushes and closes; later lines are dropped. */
  close(): void;
}

export interface RotationLimits {
  /** Size at which a file is set aside. */
  readonly bytesMax: number;
  /** Files kept, the current one included, ≥ 1. */
  readonly filesMax: number;
}

const DEFAULT_LIMITS: RotationLimits = { bytesMax: 10 * 1024 * 1024, filesMax: 5 };

/**
 * Appends to `path`, which keeps its name; when it is full it becomes `path.1`, `path.1` becomes `path.2`, and so on, the
 * oldest is dropped. Folder 0700 and file 0600 are made when absent.
 * @throws Error of `node:fs` when the file cannot be opened at first.
 */
export function rotatingFile(path: string, limits: RotationLimits = DEFAULT_LIMITS): LineSink {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return new RotatingFile(path, limits);
}

class RotatingFile implements LineSink {
  readonly #path: string;
  readonly #limits: RotationLimits;
  #file: number | undefined;
  #bytes = 0;
  #dropped = 0;
  #closed = false;

  constructor(path: string, limits: RotationLimits) {
    this.#path = path;
    this.#limits = limits;
    this.#open();
  }

  write(line: string): void {
    if (this.#closed) return;
    try {
      const size = Buffer.byteLength(line);
      if (this.#bytes > 0 && this.#bytes + size > this.#limits.bytesMax) this.#rotate();
      const file = this.#file ?? this.#open();
      this.#reportDropped(file);
      this.#bytes += writeSync(file, line);
    } catch {
      this.#dropped += 1;
    }
  }

  flush(): void {
    if (this.#file === undefined) return;
    try {
      fsyncSync(this.#file);
    } catch {
      // The lines stay in the system's cache, and there is no place left to complain to.
    }
  }

  close(): void {
    this.flush();
    this.#closed = true;
    this.#release();
  }

  #open(): number {
    const file = openSync(this.#path, 'a', 0o600);
    this.#file = file;
    this.#bytes = fstatSync(file).size;
    return file;
  }

  #release(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }

  #rotate(): void {
    this.#release();
    const { filesMax } = this.#limits;
    for (let index = filesMax - 1; index >= 1; index -= 1)
      moveIfThere(this.#named(index - 1), this.#named(index));
    // With one file only there is nothing to move to: it starts again.
    if (filesMax === 1) closeSync(openSync(this.#path, 'w', 0o600));
    this.#open();
  }

  #named(index: number): string {
    return index === 0 ? this.#path : `${this.#path}.${index}`;
  }

  /** Says once that lines are missing, as soon as there is room to say it. */
  #reportDropped(file: number): void {
    if (this.#dropped === 0) return;
    const line = `${JSON.stringify({ level: 'warn', dropped: this.#dropped, msg: 'log lines were lost: the file could not be written' })}\n`;
    this.#bytes += writeSync(file, line);
    this.#dropped = 0;
  }
}

function moveIfThere(from: string, to: string): void {
  if (existsSync(from)) renameSync(from, to);
}
