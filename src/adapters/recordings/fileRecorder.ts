/**
 * Records a run into a file. What is said is written as text at once, in memory; compressing and writing happen beside the loop, in
 * blocks, at least every second. Whatever goes wrong there ends the recording and is told in `status`: the run goes on.
 */
import { open, mkdir, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../../core/domain/commands.ts';
import type { EngineEvent } from '../../core/domain/events.ts';
import type { OrderRecord } from '../../core/domain/order.ts';
import {
  entryLine,
  RECORDING_VERSION,
  type RecordingEntry,
  type RecordingStart,
} from '../../core/domain/recording.ts';
import { HOUR_MS, SECOND_MS } from '../../core/domain/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Recorder, RecorderStatus } from '../../ports/recorder.ts';
import { BlockPacker, MAGIC } from './blocks.ts';
import { prune, recordingName } from './folder.ts';

/** How long what was recorded may be in memory only: what `kill -9` costs at most, besides a block that is being written. */
const FLUSH_MS = SECOND_MS;
/** Text after which a block is written at once. */
const BLOCK_CHARS = 256 * 1024;
/** Text that may wait for a slow disk. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
/** Room that is left to the books: recording ends before it is what fills the disk. */
const FREE_BYTES_MIN = 64 * 1024 * 1024;
/** How often the folder is looked over for what is too old. */
const PRUNE_MS = HOUR_MS;
/** How long the end waits for the disk. */
const CLOSE_MS_MAX = 2 * SECOND_MS;

export interface RecorderOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** All recordings together. */
  readonly bytesMax: number;
  readonly ageMsMax: number;
  /** What the recording says of the program that made it. */
  readonly about: Pick<RecordingStart, 'program' | 'mode' | 'configHash'>;
  /** Free bytes of the folder's disk. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export class FileRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #packer = new BlockPacker();
  #file = '';
  #since = 0;
  #events = 0;
  #bytes = 0;
  #bytesInAll = 0;
  #stopped: RecorderStatus['stopped'];
  #isClosed = false;
  #text = '';
  #waitingBytes = 0;
  #stopTimer: (() => void) | undefined;
  #handle: FileHandle | undefined;
  #prunedMs = 0;
  /** One writing after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  begin(engine: Readonly<Record<string, unknown>>): void {
    const { folder, clock, about } = this.#options;
    const epoch = engine['epoch'];
    this.#since = clock.wallMs();
    this.#file = join(folder, recordingName(this.#since, typeof epoch === 'number' ? epoch : 0));
    const value: RecordingStart = {
      version: RECORDING_VERSION,
      ...about,
      startedAt: this.#since,
      engine,
    };
    this.#put({ kind: 'start', value });
    this.#flush();
  }

  event(event: EngineEvent): void {
    // Cut before an event: it must stay together with what it led to.
    if (this.#text.length >= BLOCK_CHARS) this.#flush();
    this.#events += 1;
    this.#put({ kind: 'event', value: event });
  }

  commands(commands: readonly Command[]): void {
    this.#put({ kind: 'commands', value: commands });
  }

  known(order: OrderRecord): void {
    this.#put({ kind: 'known', value: order });
  }

  failure(message: string): void {
    this.#put({ kind: 'failure', value: message });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#put({ kind: 'end', value: null });
    this.#flush();
    this.#isClosed = true;
    const { clock } = this.#options;
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(CLOSE_MS_MAX, resolve);
    });
    await Promise.race([this.#work, late]);
    cancel();
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
  }

  status(): RecorderStatus {
    return {
      file: this.#file,
      since: this.#since,
      events: this.#events,
      bytes: this.#bytes,
      bytesInAll: this.#bytesInAll,
      stopped: this.#stopped,
    };
  }

  #put(entry: RecordingEntry): void {
    if (this.#file === '' || this.#stopped || this.#isClosed) return;
    try {
      this.#text += entryLine(entry);
    } catch (error) {
      this.#stop(messageOf(error));
      return;
    }
    this.#stopTimer ??= this.#options.clock.after(FLUSH_MS, () => {
      this.#flush();
    });
  }

  /** Hands what was recorded to whoever writes. */
  #flush(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    if (this.#text === '' || this.#stopped) return;
    const plain = Buffer.from(this.#text);
    this.#text = '';
    this.#waitingBytes += plain.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) {
      this.#stop('the disk is too slow for what is to be written');
      return;
    }
    this.#work = this.#work.then(async () => {
      try {
        if (!this.#stopped) await this.#write(plain);
      } catch (error) {
        this.#stop(messageOf(error));
      }
      this.#waitingBytes -= plain.length;
    });
  }

  async #write(plain: Buffer): Promise<void> {
    const handle = (this.#handle ??= await this.#open());
    const block = await this.#packer.pack(plain);
    await this.#makeRoom(block.length);
    await handle.appendFile(block);
    this.#bytes += block.length;
    this.#bytesInAll += block.length;
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    const handle = await open(this.#file, 'ax', 0o600);
    await handle.appendFile(MAGIC);
    this.#bytes = MAGIC.length;
    return handle;
  }

  /** @throws Error why there is none. */
  async #makeRoom(bytes: number): Promise<void> {
    const { folder, clock, bytesMax, ageMsMax, freeBytes = freeBytesOf } = this.#options;
    const nowMs = clock.wallMs();
    const isDue = nowMs - this.#prunedMs >= PRUNE_MS || nowMs < this.#prunedMs;
    if (isDue || this.#bytesInAll + bytes > bytesMax) {
      this.#prunedMs = nowMs;
      const bounds = { bytesMax: bytesMax - bytes, writtenMsMin: nowMs - ageMsMax };
      this.#bytesInAll = await prune(folder, { ...bounds, keep: this.#file });
      if (this.#bytesInAll + bytes > bytesMax)
        throw new Error('this run alone has reached the size that recordings may have');
    }
    if ((await freeBytes(folder)) < FREE_BYTES_MIN)
      throw new Error('there is little room left on the disk, and the books come first');
  }

  #stop(why: string): void {
    this.#stopped ??= { why, since: this.#options.clock.wallMs() };
    this.#text = '';
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
