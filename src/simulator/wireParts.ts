/** What both halves of the wire, REST and websocket, work with. */
import type { RequestAction } from './faults/ruleSchema.ts';
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
  /** Lets what a fault rule says happen now, beside the request that it struck. */
  readonly meanwhile: (action: Extract<RequestAction, { readonly type: 'meanwhile' }>) => void;
}

/** Path and raw query of a request target. */
export function splitUrl(target: string): { path: string; query: string } {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, at), query: target.slice(at + 1) };
}
