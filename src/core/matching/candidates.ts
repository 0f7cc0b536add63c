/** What a bar may come to next on either side of the market, in which order, and what excludes what. */
import type { Reach, Way } from './barRules.ts';
import type { Reading } from './model.ts';
import type { Slot, WaitingOrder } from './waiting.ts';

/** A price within the bar at which something waits. */
export interface Candidate<Order extends WaitingOrder> {
  readonly owner: string;
  /** Absent: it is watched, and no order. */
  readonly slot: Slot<Order> | undefined;
  readonly way: Way;
  /** What is waited for: a price on a tick, or a watched one as it was given. */
  readonly level: number;
  readonly reach: Reach;
  /** It sells all that its owner holds and ends all that they have waiting: a stop, or a target. */
  readonly isFinal: boolean;
  readonly isStop: boolean;
}

/** An owner has orders on both sides of which one excludes the other. */
export interface Conflict {
  /** The side that comes first. */
  readonly first: Way;
  /** True when something of the other side would have ended what is on this one. */
  readonly withholdsFinal: boolean;
}

interface Found {
  stop: boolean;
  buy: boolean;
  target: boolean;
  sell: boolean;
}

/** The conflicts of the bar by owner; undefined when there are none. */
export function conflictsOf<Order extends WaitingOrder>(
  candidates: readonly Candidate<Order>[],
  nearer: Way,
  reading: Reading,
): ReadonlyMap<string, Conflict> | undefined {
  if (!hasBothWays(candidates)) return undefined;
  const found = new Map<string, Found>();
  for (const candidate of candidates) {
    // What the close reaches, or what may be reached, comes after what both extremes certainly do.
    if (candidate.reach === 'extreme') note(found, candidate);
  }
  const conflicts = new Map<string, Conflict>();
  for (const [owner, of] of found) {
    const conflict = conflictOf(of, nearer, reading);
    if (conflict) conflicts.set(owner, conflict);
  }
  return conflicts.size === 0 ? undefined : conflicts;
}

function note<Order extends WaitingOrder>(
  found: Map<string, Found>,
  { owner, way, isFinal }: Candidate<Order>,
): void {
  const of = found.get(owner) ?? { stop: false, buy: false, target: false, sell: false };
  found.set(owner, of);
  if (way === 'below') of[isFinal ? 'stop' : 'buy'] = true;
  else of[isFinal ? 'target' : 'sell'] = true;
}

function hasBothWays<Order extends WaitingOrder>([
  first,
  ...rest
]: readonly Candidate<Order>[]): boolean {
  return first !== undefined && rest.some(({ way }) => way !== first.way);
}

/** The stop comes first; a target and buys, in the order in which the bar is taken to have gone. Read the other way, the opposite. */
function conflictOf(
  { stop, buy, target, sell }: Found,
  nearer: Way,
  reading: Reading,
): Conflict | undefined {
  if (!(stop && (target || sell)) && !(buy && target)) return undefined;
  const strict: Way = stop ? 'below' : nearer;
  const first = (reading === 'strict') === (strict === 'below') ? 'below' : 'above';
  return { first, withholdsFinal: first === 'below' ? target : stop };
}

/** What the market comes to first; what is excluded by the other side of its owner's orders waits. */
export function firstOf<Order extends WaitingOrder>(
  candidates: readonly Candidate<Order>[],
  conflicts: ReadonlyMap<string, Conflict> | undefined,
  nearer: Way,
): Candidate<Order> | undefined {
  let first: Candidate<Order> | undefined;
  for (const candidate of candidates) {
    const conflict = conflicts?.get(candidate.owner);
    if (conflict && conflict.first !== candidate.way) continue;
    if (!first || isBefore(candidate, first, nearer)) first = candidate;
  }
  return first;
}

const RANK: Readonly<Record<Reach, number>> = { extreme: 0, close: 1, maybe: 2, none: 3 };

/** True when the market comes to `a` before it comes to `b`; the one that was there first, when that is open. */
function isBefore<Order extends WaitingOrder>(
  a: Candidate<Order>,
  b: Candidate<Order>,
  nearer: Way,
): boolean {
  if (a.reach !== b.reach) return RANK[a.reach] < RANK[b.reach];
  if (a.way !== b.way) return a.way === nearer;
  if (a.level !== b.level) return a.way === 'below' ? a.level > b.level : a.level < b.level;
  return a.isStop && !b.isStop;
}
