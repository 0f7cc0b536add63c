import type { Clock } from '../../ports/clock.ts';
import type { Lane } from './lane.ts';
import type { CcxtClient } from './types.ts';

/** A connection without a single frame for this long is given up, though it may answer pings. */
const SILENCE_MS = 60_000;
/** Each time nothing but silence followed, the limit doubles up to this: a market without trades is no broken connection. */
const SILENCE_MAX_MS = 480_000;
const CHECK_MS = 5_000;

interface Watched {
  frames: number;
  changedAtMs: number;
}

/**
 * Watches the connections of a lane for silence; `laneNow` is undefined until there is one.
 * @returns stops watching.
 */
export function watchSilence(laneNow: () => Lane | undefined, clock: Clock): () => void {
  const watched = new WeakMap<CcxtClient, Watched>();
  const limits = new Map<string, number>();
  return clock.every(CHECK_MS, () => {
    const lane = laneNow();
    if (lane === undefined) return;
    const now = clock.monotonicMs();
    for (const client of lane.connections()) {
      const frames = lane.traffic.get(client) ?? 0;
      const seen = watched.get(client);
      if (seen?.frames !== frames) {
        watched.set(client, { frames, changedAtMs: now });
        // The confirmation of a subscription alone is no sign that data flows.
        if (seen !== undefined && frames > seen.frames && seen.frames > 0) limits.delete(client.url);
        continue;
      }
      const limitMs = limits.get(client.url) ?? SILENCE_MS;
      if (now - seen.changedAtMs < limitMs) continue;
      limits.set(client.url, Math.min(limitMs * 2, SILENCE_MAX_MS));
      lane.drop(client, new Error(`silent for ${limitMs} ms`));
    }
  });
}
