import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRunStore } from '../../../../src/adapters/runs/runStore.ts';
import { temporaryFolder } from '../../../builders/books.ts';

const T0 = Date.UTC(2024, 0, 31, 9, 30, 5);

let home: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  home = temporaryFolder();
});
afterEach(() => {
  home.dispose();
});

describe('the store of runs', () => {
  it('gives back what it was given, the newest first', () => {
    const store = createRunStore(join(home.path, 'runs'));
    expect(store.list()).toEqual([]);
    const first = store.keep({ at: T0, summary: { n: 1 }, document: '{"a":1}' });
    const second = store.keep({ at: T0 + 1_000, summary: { n: 2 }, document: '{"a":2}' });
    expect(first).toMatch(/^20240131-093005-[0-9a-f]{4}$/u);
    expect(store.list()).toEqual([
      { id: second, summary: { n: 2 } },
      { id: first, summary: { n: 1 } },
    ]);
    expect(store.read(first)).toBe('{"a":1}');
    expect(store.read('20240131-093005-zzzz')).toBeUndefined();
  });

  it('keeps the newest of them, and nothing of those that went', () => {
    const store = createRunStore(home.path, 3);
    for (let n = 0; n < 5; n += 1)
      store.keep({ at: T0 + n * 1_000, summary: n, document: String(n) });
    expect(store.list().map(({ summary }) => summary)).toEqual([4, 3, 2]);
    expect(readdirSync(home.path)).toHaveLength(6);
  });

  it('leaves out a run whose summary is broken, and names a report that is', () => {
    const store = createRunStore(home.path);
    const id = store.keep({ at: T0, summary: 1, document: 'one' });
    const other = store.keep({ at: T0 + 1_000, summary: 2, document: 'two' });
    writeFileSync(join(home.path, `${id}.json`), '{');
    writeFileSync(join(home.path, `${other}.report.json.gz`), 'none');
    expect(store.list().map((run) => run.id)).toEqual([other]);
    expect(() => store.read(other)).toThrow(`RUN_INVALID: ${join(home.path, other)}`);
  });
});
