/** A day: every lane at once, each through the same happenings in an order of its own. */
import { mkdirSync } from 'node:fs';
import { redisServer, type RedisServer } from '../builders/orderQueues.ts';
import { happening, type HappeningId } from './happenings.ts';
import { Lane, type LaneRecord } from './lane.ts';
import type { Backend, DayOptions } from './options.ts';
import { randomOf } from './random.ts';

/** The longest life of a process in a day; longer days have several. */
const HOURS_PER_LIFE = 6;
/** Happenings last as at the pace of life when there is an hour for them. */
const HOURS_AT_PACE = 1;
const PACE_MIN = 0.02;
const MS_PER_HOUR = 3_600_000;

/** Who watches a day. */
export interface Watcher {
  /** Hears a line for whatever happens. */
  readonly say: (line: string) => void;
  /** Ends the day at once; what there is until then is reported. */
  readonly signal: AbortSignal;
}

/** Runs the day, and leaves no process behind. */
export async function runDay(
  options: DayOptions,
  watcher: Watcher,
): Promise<readonly LaneRecord[]> {
  mkdirSync(options.out, { recursive: true });
  return Promise.all(
    options.backends.map((backend, index) => runLane(options, backend, { index, ...watcher })),
  );
}

async function runLane(
  { hours, redisUrl, seed, speed, happenings, heapSnapshots, out }: DayOptions,
  backend: Backend,
  { index, say, signal }: Watcher & { readonly index: number },
): Promise<LaneRecord> {
  let redis: RedisServer | undefined;
  if (backend === 'redis' && redisUrl === undefined)
    redis = await redisServer(['--maxmemory-policy', 'noeviction']);
  const pace = Math.max(PACE_MIN, Math.min(1, hours / HOURS_AT_PACE));
  const lane = new Lane({
    ...{ name: backend, seed: seed + index, speed, pace, redis, heapSnapshots, out, say, signal },
    redisUrl: backend === 'redis' ? redisUrl : undefined,
  });
  try {
    const ids = happenings.filter((id) => redis !== undefined || happening(id).redis !== true);
    await lane.start();
    await liveThrough(lane, ids, { hours, random: randomOf(seed + index) });
    return await lane.finish();
  } catch (error) {
    return lane.broken(error);
  } finally {
    await lane.dispose();
    await redis?.dispose();
  }
}

/**
 * Restarts first, close together; then a long life with everything else, again and again; a restart at the end. A process is warm when
 * everything has happened to it once: until then code is read and compiled for the first time, and caches fill.
 */
async function liveThrough(
  lane: Lane,
  ids: readonly HappeningId[],
  { hours, random }: { readonly hours: number; readonly random: () => number },
): Promise<void> {
  const startedMs = performance.now();
  const restarts = ids.filter((id) => happening(id).restarts === true);
  const others = ids.filter((id) => happening(id).restarts !== true);
  const lives = Math.ceil(hours / HOURS_PER_LIFE);
  for (let life = 1; life <= lives; life += 1) {
    for (const id of shuffled(restarts, random)) await lane.happen(id);
    const untilMs = startedMs + (life / lives) * hours * MS_PER_HOUR;
    for (const id of shuffled(others, random)) await lane.happen(id);
    lane.warm();
    await lane.snapshot();
    for (const id of rounds(others, untilMs, random)) await lane.happen(id);
    await lane.snapshot();
  }
  const [last] = restarts.filter((id) => id === 'daemon-killed');
  if (last) await lane.happen(last);
}

/** Each in its turn, in rounds of another order every time, while there is time. */
function* rounds<Item>(
  items: readonly Item[],
  untilMs: number,
  random: () => number,
): Generator<Item> {
  while (items.length > 0 && performance.now() < untilMs)
    for (const item of shuffled(items, random)) if (performance.now() < untilMs) yield item;
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
