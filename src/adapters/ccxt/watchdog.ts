import type { Clock } from '../../ports/clock.ts';
import type { Lane } from './lane.ts';
import type { CcxtClient } from './types.ts';

/** A connection without a single frame for this long is given up, though it may answer pings. */
const SILENCE_MS = 60_000;
/** Each time nothing but silence followed, the limit doubles up to this: a market without trades is no broken connection. */
const SILENCE_MAX_MS = 480_000;
const CHECK_MS = 5_000;

interface Seen {
  readonly frames: number;
  readonly changedAtMs: number;
}

class Watchdog {
  readonly #seen = new WeakMap<CcxtClient, Seen>();
  /** By address, because each reconnect is a new client. */
  readonly #limits = new Map<string, number>();

  /** @returns how long the connection was silent when that is too long, undefined otherwise. */
  check(client: CcxtClient, frames: number, nowMs: number): number | undefined {
    const seen = this.#seen.get(client);
    if (seen === undefined || frames > seen.frames) {
      this.#seen.set(client, { frames, changedAtMs: nowMs });
      // The confirmation of a subscription alone is no sign that data flows.
      if (seen !== undefined && seen.frames > 0) this.#limits.delete(client.url);
      return undefined;
    }
    const limitMs = this.#limits.get(client.url) ?? SILENCE_MS;
    if (nowMs - seen.changedAtMs < limitMs) return undefined;
    this.#limits.set(client.url, Math.min(limitMs * 2, SILENCE_MAX_MS));
    return limitMs;
  }
}

/** The part of a lane that is watched. */
export type WatchedLane = Pick<Lane, 'connections' | 'framesOf' | 'drop'>;

/**
 * Watches the connections of a lane for silence; `laneNow` is undefined until there is one.
 * @returns stops watching.
 */
export function watchSilence(laneNow: () => WatchedLane | undefined, clock: Clock): () => void {
  const watchdog = new Watchdog();
  return clock.every(CHECK_MS, () => {
    const lane = laneNow();
    if (lane === undefined) return;
    for (const client of lane.connections()) {
      const silentMs = watchdog.check(client, lane.framesOf(client), clock.monotonicMs());
      if (silentMs !== undefined) lane.drop(client, new Error(`silent for ${silentMs} ms`));
    }
  });
}
