/**
 * OKX's paging: newest first; `after` asks for what is older than an id, `before` for what is newer, both exclusive;
 * whatever the bounds, the newest rows within them come.
 */
import type { Params } from './params.ts';

/** Rows of a page of orders, fills or public trades. */
export const PAGE_MAX = 100;

/**
 * @param rows oldest first, ids ascending.
 * @param ids whose `after` and `before` are meant.
 * @returns the page asked for, newest first. @throws OkxError 51000.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  ids: (row: Row) => bigint | number,
  params: Params,
  max = PAGE_MAX,
): Row[] {
  const limit = params.limit(max);
  const after = params.id('after');
  const before = params.id('before');
  const page: Row[] = [];
  for (let index = rows.length - 1; index >= 0 && page.length < limit; index -= 1) {
    const row = rows[index];
    if (row === undefined) break;
    const id = ids(row);
    if (before !== undefined && id <= before) break;
    if (after === undefined || id < after) page.push(row);
  }
  return page;
}
