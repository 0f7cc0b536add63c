/** How the bot itself is: for the status document and, once a minute, for the log. */
import type { Parts, TraderDeps } from './parts.ts';
import type { JournalHealth } from '../ports/journal.ts';
import type { Schedule } from './schedule.ts';

/** What is not known is null. Times in milliseconds. */
export interface HealthReading {
  /** Market events waiting, handled and dropped. */
  readonly inbox_depth: number;
  readonly events: number;
  readonly dropped: number;
  /** Orders whose outcome is being looked up, and for how long the oldest. */
  readonly unknown_orders: number;
  readonly unknown_oldest_ms: number;
  /** Age of the oldest order that is planned and that nobody has begun to send. */
  readonly journal_lag_ms: number;
  readonly wal_bytes: number;
  /** Why the journal cannot be written right now; null while it can. */
  readonly journal_standstill: string | null;
  /** The reserve of disk space is in use. */
  readonly disk_full: boolean;
  /** 99 of 100 turns of the event loop were late by no more than this. */
  readonly event_loop_delay_ms: number | null;
  /** Exchange clock minus ours. */
  readonly clock_offset_ms: number | null;
  /** Since everything was last compared with the exchange. */
  readonly reconcile_age_ms: number | null;
  /** Rounds that fail at the moment, by name. */
  readonly failing: readonly string[];
  /** Part of the exchange's rate budget that is used; and how long nothing is sent because the exchange asked for a pause. */
  readonly rate_used: number | null;
  readonly paused_by_exchange_ms: number | null;
}

type Sources = Pick<TraderDeps, 'clock' | 'gateway' | 'loopDelayMs'>;

/** What the upkeep knows. */
interface Watched {
  /** Undefined before the first look. */
  readonly journal: JournalHealth | undefined;
  readonly schedule: Pick<Schedule, 'troubles'>;
  lagMs(): number;
}

export function readHealth(deps: Sources, parts: Parts, watched: Watched): HealthReading {
  const { inbox, resolver, exchangeClock, reconciler } = parts;
  const now = deps.clock.monotonicMs();
  const { lastRoundMs } = reconciler;
  return {
    inbox_depth: inbox.depth,
    events: inbox.handled,
    dropped: inbox.dropped,
    unknown_orders: resolver.pending,
    unknown_oldest_ms: Math.round(resolver.oldestMs),
    ...journalHealth(parts, watched),
    event_loop_delay_ms: rounded(deps.loopDelayMs?.()),
    clock_offset_ms: exchangeClock.offsetMs ?? null,
    reconcile_age_ms: lastRoundMs === undefined ? null : Math.round(now - lastRoundMs),
    failing: watched.schedule.troubles.map(({ duty }) => duty.name),
    ...trafficHealth(deps),
  };
}

function journalHealth(
  { session }: Parts,
  watched: Watched,
): Pick<HealthReading, 'journal_lag_ms' | 'wal_bytes' | 'journal_standstill' | 'disk_full'> {
  const { standstill } = session;
  const { journal } = watched;
  return {
    journal_lag_ms: watched.lagMs(),
    wal_bytes: journal?.walBytes ?? 0,
    journal_standstill: standstill === '' ? null : standstill,
    disk_full: journal?.reserveSpent ?? false,
  };
}

function trafficHealth({
  gateway,
}: Sources): Pick<HealthReading, 'rate_used' | 'paused_by_exchange_ms'> {
  const traffic = gateway.traffic?.();
  if (!traffic) return { rate_used: null, paused_by_exchange_ms: null };
  return {
    rate_used: Math.round(traffic.used * 1_000) / 1_000,
    paused_by_exchange_ms: Math.round(traffic.pausedMs),
  };
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 10) / 10;
}
