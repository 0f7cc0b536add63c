import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OkxError } from '../../../../../src/simulator/venues/okx/errors.ts';
import { pageOf } from '../../../../../src/simulator/venues/okx/pages.ts';
import { Params } from '../../../../../src/simulator/venues/okx/params.ts';

const ids = fc
  .uniqueArray(fc.nat(10_000), { maxLength: 60 })
  .map((all) => all.sort((a, b) => a - b));
const page = (rows: readonly number[], query: string): number[] =>
  pageOf(rows, (id) => id, Params.ofQuery(query));

it('following "after" from page to page shows every row once, newest first', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 20 }), (rows, limit) => {
      const seen: number[] = [];
      let next = page(rows, `limit=${String(limit)}`);
      while (next.length > 0) {
        seen.push(...next);
        next = page(rows, `limit=${String(limit)}&after=${String(next.at(-1))}`);
      }
      expect(seen).toEqual([...rows].reverse());
    }),
  );
});

it('"before" gives the newest of what is newer, both bounds left out', () => {
  fc.assert(
    fc.property(ids, fc.nat(10_000), fc.nat(10_000), (rows, after, before) => {
      const within = rows.filter((id) => id > before && id < after);
      const query = `after=${String(after)}&before=${String(before)}`;
      expect(page(rows, query)).toEqual(within.slice(-100).reverse());
    }),
  );
});

it.each(['limit=0', 'limit=101', 'limit=ten', 'after=-1', 'before=x'])('%s is refused', (query) => {
  expect(() => page([1, 2], query)).toThrow(OkxError);
});
