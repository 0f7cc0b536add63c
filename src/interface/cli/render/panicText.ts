/** What a panic has come to, for people and for programs. */
import type { PanicMode, PanicResult } from '../../../runtime/panic.ts';
import type { OfflinePanic } from '../../../runtime/offlinePanic.ts';
import { farewellLine, farewellRow } from './stopText.ts';

/** Done by the daemon, by this process through the books, or by this process past them. */
export type Panicked =
  | (PanicResult & { readonly way: 'daemon'; readonly pid: number })
  | (OfflinePanic & { readonly pid: null });

export function panicLines(mode: PanicMode, done: Panicked): readonly string[] {
  const { markets, openOrders } = done;
  const open = openOrders === 0 ? [] : [openLine(mode, openOrders)];
  return [
    ...(markets.length === 0
      ? ['nothing was open, and nothing is held']
      : markets.map(farewellLine)),
    ...open,
    ...endLines(done),
  ];
}

function openLine(mode: PanicMode, count: number): string {
  const orders = count === 1 ? '1 order stays' : `${count} orders stay`;
  return mode === 'keep' ? `${orders} open: what guards and sells what is held` : `${orders} open`;
}

function endLines(done: Panicked): readonly string[] {
  const { way } = done;
  if (way === 'daemon')
    return [`process ${done.pid} goes on without entries until \`plimsoll resume\``];
  if (way === 'books') return ['entries stay off, also after a start, until `plimsoll resume`'];
  const { problems, why, file } = done;
  return [
    ...problems.map((problem) => `not done: ${problem}`),
    `nothing of this is in the books: ${why}`,
    ...(file === '' ? [] : [`it is written down in ${file}`]),
    'the next start keeps entries off and halts the markets whose balances differ: `plimsoll resume SYMBOL --adopt-balances` books the difference, `plimsoll resume` lets entries in again',
  ];
}

/** Amounts are exact. */
export function panicRow(mode: PanicMode, done: Panicked): Readonly<Record<string, unknown>> {
  const { way, pid, isComplete, openOrders, markets } = done;
  const past = way === 'daemon' ? { why: '', file: '', problems: [] } : done;
  return {
    ...{ panicked: mode, way, pid, complete: isComplete, open_orders: openOrders },
    markets: markets.map(farewellRow),
    ...{ why: past.why, file: past.file === '' ? null : past.file, problems: past.problems },
  };
}
