import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openJournal } from '../../src/adapters/sqlite/journal.ts';
import { openRecords } from '../../src/adapters/sqlite/records.ts';
import { openWritable } from '../../src/adapters/sqlite/database.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import { asset, strategyId } from '../../src/core/domain/ids.ts';
import { openingRecord } from '../../src/runtime/stepRecord.ts';
import { ACCOUNT, temporaryFolder } from '../builders/books.ts';
import { startTypescript } from '../builders/child.ts';

const WRITER = new URL('sqliteWriter.ts', import.meta.url);
const ROUNDS = 10;

let folder: ReturnType<typeof temporaryFolder>;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'plimsoll.db');
});
afterEach(() => folder.dispose());

interface Writer {
  /** Newest number it has printed. */
  acknowledged(): number;
  /** Resolves when it has printed at least `count` numbers. */
  printed(count: number): Promise<void>;
  kill(): Promise<void>;
}

function startWriter(): Writer {
  const child = startTypescript(WRITER, [path]);
  let output = '';
  const lines = (): string[] => output.split('\n').slice(0, -1);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exited = once(child, 'close');
  return {
    acknowledged: () => Number(lines().at(-1) ?? 0),
    printed: async (count) => {
      while (lines().length < count) {
        await Promise.race([once(child.stdout, 'data'), exited]);
        if (child.exitCode !== null) throw new Error(`the writer ended with ${child.exitCode}`);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Opens the books after a crash and checks that every part of them tells the same number, which is returned. */
function consistentSequence(): number {
  const journal = openJournal(path, ACCOUNT);
  const { nextSequence, orders, positions, strategies } = journal.recover();
  journal.close();
  const records = openRecords(path);
  const counts = records.counts();
  records.close();
  const sequence = nextSequence - 1;
  expect(orders).toHaveLength(sequence);
  expect(counts).toEqual({ orders: sequence, fills: sequence * 2, notes: sequence });
  expect(positions.map(({ fills }) => fills)).toEqual([sequence * 2]);
  expect(strategies).toEqual(new Map([[strategyId('grid-btc'), { sequence }]]));
  return sequence;
}

describe('the journal of a process that is killed', () => {
  it('keeps every commit that returned, and of the one under way all or nothing', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const writer = startWriter();
      await writer.printed(round * 3);
      await writer.kill();
      const sequence = consistentSequence();
      expect(sequence - writer.acknowledged()).toBeGreaterThanOrEqual(0);
      expect(sequence - writer.acknowledged()).toBeLessThanOrEqual(1);
    }
  }, 60_000);

  it('is opened again with full durability', async () => {
    const writer = startWriter();
    await writer.printed(5);
    await writer.kill();
    expect(existsSync(`${path}-wal`)).toBe(true);
    const db = openWritable(path);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
  });
});

describe('records beside a running writer', () => {
  it('see whole steps only, and more of them as time goes on', async () => {
    const writer = startWriter();
    await writer.printed(1);
    const records = openRecords(path);
    const seen: number[] = [];
    for (let poll = 1; poll <= 20; poll += 1) {
      await writer.printed(poll * 5);
      const { orders, fills, notes } = records.counts();
      expect([fills, notes]).toEqual([orders * 2, orders]);
      expect(records.fills({ limit: 3 })).toHaveLength(3);
      seen.push(orders);
    }
    records.close();
    await writer.kill();
    expect(seen.at(-1)).toBeGreaterThan(seen[0] ?? Infinity);
  });
});

describe('a file that is there and empty', () => {
  it('is told from one that is new, until the books are opened in it', () => {
    const isSuspect = (of: string): boolean | undefined => {
      const journal = openJournal(of, ACCOUNT);
      const { foundEmpty } = journal.recover();
      journal.close();
      return foundEmpty;
    };
    expect(isSuspect(join(folder.path, 'new.db'))).toBeUndefined();
    writeFileSync(path, '');
    // Not only at the first look: a start that was refused must be refused again.
    expect([isSuspect(path), isSuspect(path)]).toEqual([true, true]);
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    const opening = {
      asset: asset('USDT'),
      opening: dec('5'),
      deposited: dec('0'),
      total: dec('5'),
    };
    journal.commit(openingRecord([opening], 1));
    journal.close();
    expect(isSuspect(path)).toBeUndefined();
  });
});
