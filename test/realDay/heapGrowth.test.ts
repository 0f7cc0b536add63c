import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heapGrowth, isWholeSnapshot } from './heapGrowth.ts';

const COUNT = 5_000;
/** A process that forgets nothing, between two snapshots. */
const LEAKY = `
  const { writeHeapSnapshot } = require('node:v8');
  class Forgotten { constructor(number) { this.number = number; } }
  class Store { kept = new Map(); }
  globalThis.store = new Store();
  globalThis.store.kept.set(-1, new Forgotten(-1));
  writeHeapSnapshot('older');
  for (let number = 0; number < ${COUNT}; number += 1) globalThis.store.kept.set(number, new Forgotten(number));
  writeHeapSnapshot('newer');
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-heap-'));
  const { status, stderr } = spawnSync(process.execPath, ['-e', LEAKY], { cwd: folder });
  expect([status, stderr.toString()]).toEqual([0, '']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what grew between two heap snapshots', () => {
  it('is named, counted, and so is what holds it', () => {
    const grown = heapGrowth(join(folder, 'older'), join(folder, 'newer'));
    const found = grown.find(({ name }) => name === 'Forgotten');
    expect(found).toMatchObject({ count: COUNT });
    expect(found?.bytes).toBeGreaterThan(COUNT * 8);
    expect(found?.heldBy).toMatch(/global\.store → Store\.kept → Map\.table → /u);
  });

  it('is read only when a snapshot was written to its end', () => {
    const newer = join(folder, 'newer');
    const part = join(folder, 'part');
    writeFileSync(part, '');
    expect([isWholeSnapshot(newer), isWholeSnapshot(part)]).toEqual([true, false]);
    writeFileSync(part, readFileSync(newer).subarray(0, -1));
    expect(isWholeSnapshot(part)).toBe(false);
  });

  it('is nothing of that name between a snapshot and itself', () => {
    const newer = join(folder, 'newer');
    expect(heapGrowth(newer, newer)).toEqual([]);
  });
});
