/** A daemon that is killed again and again: what it recorded of each life comes out the same when it is done again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlockPacker, MAGIC } from '../../../src/adapters/recordings/blocks.ts';
import { recordingsAt } from '../../../src/adapters/recordings/folder.ts';
import { readRecording } from '../../../src/adapters/recordings/readRecording.ts';
import { entryLine, type RecordingEntry } from '../../../src/core/domain/recording.ts';
import type { StatusDocument } from '../../../src/runtime/statusDocument.ts';
import { DAEMON_TEST_MS, eventually, Project } from '../../builders/daemon.ts';
import { readBooks } from '../../builders/world.ts';

/** Ten are run before a release: PLIMSOLL_RECORDING_KILLS=10. */
const KILLS = Number(process.env['PLIMSOLL_RECORDING_KILLS'] ?? 3);
/** Something has happened in each life before it is ended. */
const EVENTS_LEAST = 100;
const ALL_MS = DAEMON_TEST_MS + KILLS * 30_000;

interface ReplayDocument {
  readonly identical: boolean;
  readonly recordings: readonly {
    readonly file: string;
    readonly events: number;
    readonly commands: number;
    readonly whole: boolean;
    readonly identical: boolean;
    readonly difference: unknown;
  }[];
}

let project: Project;
let folder: string;
let last: StatusDocument;
let all: ReplayDocument;

/** One life: starts, trades until that is on disk, and is ended. */
async function live(end: 'SIGKILL' | 'SIGTERM', lives: number): Promise<void> {
  const daemon = await project.foreground();
  await eventually(() => {
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    const kinds = files[lives] === undefined ? [] : kindsOf(join(folder, files[lives]));
    return kinds.length > EVENTS_LEAST && kinds.includes('commands');
  }, 250);
  if (end === 'SIGTERM') last = await project.status();
  daemon.kill(end);
  await daemon.ended;
}

function kindsOf(file: string): string[] {
  // It may have been opened just now.
  return statSync(file).size < MAGIC.length ? [] : entriesOf(file).map(({ kind }) => kind);
}

function entriesOf(file: string): RecordingEntry[] {
  return [...readRecording(file).entries()];
}

/** Another recording of these entries. */
async function write(name: string, entries: readonly RecordingEntry[]): Promise<string> {
  const file = join(project.folder, name);
  const block = await new BlockPacker().pack(Buffer.from(entries.map(entryLine).join('')));
  writeFileSync(file, Buffer.concat([MAGIC, block]));
  return file;
}

beforeAll(async () => {
  project = new Project({ speed: 240 });
  folder = join(project.folder, 'data', 'recordings');
  for (let kill = 0; kill < KILLS; kill += 1) await live('SIGKILL', kill);
  await live('SIGTERM', KILLS);
  all = await project.json<ReplayDocument>('replay', folder);
}, ALL_MS);

afterAll(async () => {
  await project.dispose();
}, DAEMON_TEST_MS);

describe('the recordings of a daemon that was killed', () => {
  it('come out the same, each of its lives', () => {
    expect(all.recordings.map(({ difference }) => difference)).toEqual(
      all.recordings.map(() => null),
    );
    expect(all.identical).toBe(true);
    expect(all.recordings).toHaveLength(KILLS + 1);
    for (const { events, commands } of all.recordings) {
      expect(events).toBeGreaterThan(EVENTS_LEAST / 2);
      expect(commands).toBeGreaterThan(0);
    }
  });

  it('say which of them came to its end', () => {
    const ends = all.recordings.map(({ whole }) => whole);
    expect(ends).toEqual([...Array.from({ length: KILLS }, () => false), true]);
  });

  it('hold no order that is not in the books', () => {
    const booked = new Set(readBooks(project)?.orders.map((order) => order.client_order_id));
    const placed = recordingsAt(folder)
      .flatMap(entriesOf)
      .flatMap((entry) => (entry.kind === 'commands' ? entry.value : []))
      .flatMap((command) => (command.kind === 'place' ? [command.order.clientOrderId] : []));
    expect(placed.length).toBeGreaterThanOrEqual(KILLS);
    expect(placed.filter((id) => !booked.has(id))).toEqual([]);
  });

  it('are told of by status', async () => {
    expect(last.recording).toMatchObject({ file: recordingsAt(folder).at(-1), stopped: null });
    expect(last.attention.map(({ code }) => code)).not.toContain('recording.stopped');
    const latest = await project.run('replay');
    expect(latest).toMatchObject({ exitCode: 0 });
    expect(latest.stdout).toMatch(/identical; [\d,]+ events led to the same [\d,]+ commands/u);
  });

  it('do not come out the same from an engine that decides otherwise', async () => {
    const [file = ''] = recordingsAt(folder);
    const changed = entriesOf(file).map((entry) => {
      if (entry.kind !== 'start') return entry;
      const limits = { ...(entry.value.engine['limits'] as object), maxOpenOrders: 1 };
      return { ...entry, value: { ...entry.value, engine: { ...entry.value.engine, limits } } };
    });
    const other = await write('other.rec', changed);
    const ran = await project.run('replay', other);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/other\.rec: DIFFERS at event [\d,]+ \(/u);
    expect(ran.stdout).toMatch(/then: \{.*"place"/u);
    const document = JSON.parse((await project.run('replay', other, '--json')).stdout) as unknown;
    expect(document).toMatchObject({
      identical: false,
      recordings: [{ identical: false, difference: { event: expect.any(Number) } }],
    });
  });
});
