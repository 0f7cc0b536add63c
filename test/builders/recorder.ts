/** A recorder in memory: what it was told, as the lines of a recording. */
import type { EngineEvent } from '../../src/core/domain/events.ts';
import {
  entryLine,
  readEntry,
  RECORDING_VERSION,
  type RecordingEntry,
} from '../../src/core/domain/recording.ts';
import type { Recorder, RecorderStatus } from '../../src/ports/recorder.ts';

export class MemoryRecorder implements Recorder {
  readonly lines: string[] = [];
  stopped: RecorderStatus['stopped'];

  begin(engine: Readonly<Record<string, unknown>>): void {
    const about = { program: 'test', mode: 'paper', configHash: 'hash' };
    this.#put({
      kind: 'start',
      value: { version: RECORDING_VERSION, ...about, startedAt: 0, engine },
    });
  }

  event(value: EngineEvent): void {
    this.#put({ kind: 'event', value });
  }

  commands(value: Parameters<Recorder['commands']>[0]): void {
    this.#put({ kind: 'commands', value });
  }

  known(value: Parameters<Recorder['known']>[0]): void {
    this.#put({ kind: 'known', value });
  }

  failure(value: string): void {
    this.#put({ kind: 'failure', value });
  }

  close(): Promise<void> {
    this.#put({ kind: 'end', value: null });
    return Promise.resolve();
  }

  status(): RecorderStatus {
    const { stopped } = this;
    return { file: 'memory', since: 1, events: 0, bytes: 0, bytesInAll: 0, stopped };
  }

  /** What a reader would get. */
  entries(): RecordingEntry[] {
    return this.lines.map(readEntry);
  }

  /** Kinds in order. */
  kinds(): string[] {
    return this.entries().map(({ kind }) => kind);
  }

  #put(entry: RecordingEntry): void {
    this.lines.push(entryLine(entry));
  }
}
