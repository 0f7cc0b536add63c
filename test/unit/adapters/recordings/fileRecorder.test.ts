import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';
import {
  FileRecorder,
  type RecorderOptions,
} from '../../../../src/adapters/recordings/fileRecorder.ts';
import { recordingsAt } from '../../../../src/adapters/recordings/folder.ts';
import { readRecording } from '../../../../src/adapters/recordings/readRecording.ts';
import { marketSymbol } from '../../../../src/core/domain/ids.ts';
import { Random } from '../../../../src/core/domain/random.ts';
import { eventually } from '../../../builders/daemon.ts';
import { BTC_USDT } from '../../../builders/orders.ts';
import { aCandle } from '../../../builders/engine.ts';

const T0 = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

let folder: string;
let clock: ManualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-recordings-'));
  clock = new ManualClock(T0);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function aRecorder(changes: Partial<RecorderOptions> = {}): FileRecorder {
  const about = { program: '1.2.3', mode: 'paper', configHash: 'hash' };
  const bounds = { bytesMax: 10_000_000, ageMsMax: 30 * DAY };
  const recorder = new FileRecorder({ folder, clock, ...bounds, about, ...changes });
  recorder.begin({ epoch: 7, setup: new Map([['a', 1]]) });
  return recorder;
}

/** All that can be read of the file, and how much of its end cannot. */
function readBack(file: string) {
  const recording = readRecording(file);
  const entries = [...recording.entries()];
  return { entries, kinds: entries.map(({ kind }) => kind), torn: recording.end.tornBytes };
}

/** Entries that do not compress to nothing. */
function noise(recorder: FileRecorder, entries: number): void {
  for (let n = 0; n < entries; n += 1) recorder.failure(String(Math.random()));
}

describe('a recorder', () => {
  it('writes what it was told, in order, and that it came to its end', async () => {
    const recorder = aRecorder();
    const candle = aCandle(1, 100);
    recorder.event(candle);
    candle.close = 5;
    recorder.event({ ...aCandle(2, 101), symbol: marketSymbol('~/USDT') });
    await recorder.close();
    const { entries, torn } = readBack(recorder.status().file);
    expect(entries).toEqual([
      {
        kind: 'start',
        value: {
          version: 1,
          program: '1.2.3',
          mode: 'paper',
          configHash: 'hash',
          startedAt: T0,
          engine: { epoch: 7, setup: new Map([['a', 1]]) },
        },
      },
      { kind: 'event', value: aCandle(1, 100) },
      { kind: 'event', value: { ...aCandle(2, 101), symbol: '~/USDT' } },
      { kind: 'end', value: null },
    ]);
    expect(torn).toBe(0);
    expect(recorder.status()).toMatchObject({ events: 2, stopped: undefined });
    expect(recorder.status().bytes).toBe(statSync(recorder.status().file).size);
    expect(statSync(recorder.status().file).mode & 0o777).toBe(0o600);
  });

  it('has everything older than a second on disk, whatever becomes of the process', async () => {
    const recorder = aRecorder();
    recorder.event(aCandle(1, 100));
    clock.advance(1_000);
    await eventually(() => existsSync(recorder.status().file) && recorder.status().events === 1);
    await eventually(() => readBack(recorder.status().file).kinds.length === 2);
    expect(readBack(recorder.status().file).kinds).toEqual(['start', 'event']);
    await recorder.close();
  });

  it('reads all that is whole of a file that was cut in the middle of writing, and tells the rest', async () => {
    const recorder = aRecorder();
    recorder.event(aCandle(1, 100));
    clock.advance(1_000);
    recorder.event(aCandle(2, 100));
    await recorder.close();
    const { file } = recorder.status();
    const { size } = statSync(file);
    truncateSync(file, size - 3);
    const cut = readBack(file);
    expect(cut.kinds).toEqual(['start', 'event']);
    expect(cut.torn).toBeGreaterThan(0);
    appendFileSync(file, Buffer.alloc(100, 7));
    expect(readBack(file).kinds).toEqual(['start', 'event']);
  });

  it('takes some dozen bytes an event, as a market sends them', async () => {
    const random = Random.stream(1, 'ticks');
    const recorder = aRecorder();
    const events = 20_000;
    let cents = 6_000_000;
    for (let n = 0; n < events; n += 1) {
      cents += Math.round(random.normal() * 20);
      const at = T0 + n * 97;
      const amount = Math.ceil(random.exponential() * 500) / 10_000;
      const side = random.uniform() < 0.5 ? 'buy' : 'sell';
      recorder.event({ kind: 'trade', at, symbol: BTC_USDT, price: cents / 100, amount, side });
      if (n % 10 === 9) clock.advance(1_000);
    }
    await recorder.close();
    expect(recorder.status().stopped).toBeUndefined();
    expect(recorder.status().bytes / events).toBeLessThan(22);
    expect(readBack(recorder.status().file).kinds).toHaveLength(events + 2);
  });

  it('does not take damaged bytes for what was recorded', async () => {
    const recorder = aRecorder();
    recorder.event(aCandle(1, 100));
    await recorder.close();
    const { file } = recorder.status();
    const bytes = readFileSync(file);
    const last = bytes.length - 2;
    bytes.writeUInt8(bytes.readUInt8(last) ^ 0xff, last);
    writeFileSync(file, bytes);
    expect(readBack(file)).toMatchObject({ kinds: ['start'] });
  });

  it('gives up the oldest recordings for room, and those that are too old', async () => {
    const old = ['20240101T000000000Z-000001.rec', '20250101T000000000Z-000002.rec'];
    const others = ['notes.txt', '20260101T000000000Z-000009.rec.bak'];
    for (const name of [...old, ...others]) writeFileSync(join(folder, name), Buffer.alloc(4_000));
    const recorder = aRecorder({ bytesMax: 6_000 });
    await recorder.close();
    expect(recorder.status().stopped).toBeUndefined();
    expect(readdirSync(folder)).toEqual(expect.arrayContaining([old[1], ...others]));
    expect(existsSync(join(folder, old[0] ?? ''))).toBe(false);

    clock.advance(40 * DAY);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), T0 / 1_000, T0 / 1_000);
    const next = aRecorder();
    await next.close();
    expect(recordingsAt(folder)).toEqual([next.status().file]);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(others));
  });

  it('stops when the run alone would be larger than all may be, and says so', async () => {
    const recorder = aRecorder({ bytesMax: 20_000 });
    for (let round = 0; round < 10; round += 1) {
      noise(recorder, 500);
      clock.advance(1_000);
    }
    await recorder.close();
    const { stopped, file } = recorder.status();
    expect(stopped?.why).toContain('this run alone');
    expect(statSync(file).size).toBeLessThanOrEqual(20_000);
    expect(readBack(file).torn).toBe(0);
  });

  it('ends before it is what fills the disk', async () => {
    let free = 1e9;
    const recorder = aRecorder({ freeBytes: () => Promise.resolve(free) });
    recorder.event(aCandle(1, 100));
    clock.advance(1_000);
    await eventually(
      () => recorder.status().bytes > 0 && readBack(recorder.status().file).kinds.length === 2,
    );
    free = 1e6;
    recorder.event(aCandle(2, 100));
    clock.advance(1_000);
    await eventually(() => recorder.status().stopped);
    recorder.event(aCandle(3, 100));
    await recorder.close();
    expect(recorder.status().stopped?.why).toContain('little room');
    expect(readBack(recorder.status().file).kinds).toEqual(['start', 'event']);
  });

  it('never throws: a folder that cannot be, and values that cannot be written, end the recording', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const nowhere = aRecorder({ folder: join(file, 'below') });
    nowhere.event(aCandle(1, 100));
    await nowhere.close();
    expect(nowhere.status().stopped?.why).toContain('ENOTDIR');

    const strange = aRecorder();
    strange.event({ ...aCandle(1, 100), strange: () => 1 } as never);
    strange.event(aCandle(2, 100));
    await strange.close();
    expect(strange.status().stopped?.why).toContain('VALUE_NOT_PLAIN');
  });

  it('lets a disk that is too slow have so much and no more', async () => {
    const recorder = aRecorder({ freeBytes: () => new Promise(() => undefined) });
    const text = 'x'.repeat(1_000_000);
    for (let megabyte = 0; megabyte < 40; megabyte += 1) {
      recorder.failure(text);
      recorder.event(aCandle(megabyte, 100));
    }
    expect(recorder.status().stopped?.why).toContain('too slow');
    const closing = recorder.close();
    clock.advance(2_000);
    await closing;
  });
});

describe('the folder of recordings', () => {
  it('is asked for by file, or by folder, oldest first', () => {
    const names = ['20250101T000000000Z-000002.rec', '20240101T000000000Z-000009.rec'];
    for (const name of names) writeFileSync(join(folder, name), '');
    const [second = '', first = ''] = names.map((name) => join(folder, name));
    expect(recordingsAt(folder)).toEqual([first, second]);
    expect(recordingsAt(first)).toEqual([first]);
    expect(() => recordingsAt(join(folder, 'none'))).toThrow('RECORDING_MISSING');
  });

  it('does not take another file for a recording', () => {
    const file = join(folder, 'x.rec');
    writeFileSync(file, 'something else');
    expect(() => readBack(file)).toThrow('RECORDING_INVALID');
    expect(() => readBack(join(folder, 'none.rec'))).toThrow('RECORDING_MISSING');
  });
});
