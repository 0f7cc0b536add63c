/** What both halves of the wire, REST and websocket, work with. */
import type { RuleSet } from './faults/ruleSet.ts';
import type { Backlog } from './lane.ts';
import type { Latency } from './latency.ts';
import type { RequestLog } from './requestLog.ts';
import type { Venue } from './venues/venue.ts';

export interface WireParts {
  readonly venue: Venue;
  readonly rules: RuleSet;
  readonly latency: Latency;
  readonly log: RequestLog;
  readonly backlog: Backlog;
  /** Resolves when everything that has changed is on disk. */
  readonly durable: () => Promise<void>;
  readonly wallNowMs: () => number;
}

/** Path and raw query of a request target. */
export function splitUrl(target: string): { path: string; query: string } {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) };
}
