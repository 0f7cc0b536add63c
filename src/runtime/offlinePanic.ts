/** Panic without a daemon, by whoever holds its lock: through the books as ever, or past them when they cannot be had. */
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { bareExit, type BareExitDeps, type Deed } from './bareExit.ts';
import { panic, type PanicMode, type PanicResult } from './panic.ts';
import type { Session } from './session.ts';
import type { Trader } from './trader.ts';
import { within } from './within.ts';

export interface PanicRequest {
  readonly mode: PanicMode;
  /** Past the books: orders that this program has not made are cancelled, too. */
  readonly everyOrder: boolean;
  /** Everything together. */
  readonly timeoutMs: number;
  /** Name of the caller's lock. */
  readonly keeper: string;
  readonly onProgress: (text: string) => void;
}

/** What came of it. */
export interface OfflinePanic extends PanicResult {
  /** books: everything is on record, entries stay paused · exchange: past the books, by the exchange's word alone. */
  readonly way: 'books' | 'exchange';
  /** Why it went past the books; empty when it did not. */
  readonly why: string;
  /** Where that is written down; empty when it did not, or could not be. */
  readonly file: string;
  /** What could not be done, in words. */
  readonly problems: readonly string[];
}

/** Where deeds past the books are written down. */
export interface DeedFile {
  readonly path: string;
  /** Must not throw. */
  readonly record: (deed: Deed) => void;
  /** Why it could not be written; empty when it could. */
  readonly trouble: () => string;
}

/** An account without books. */
export interface BareAccount {
  readonly deps: Omit<BareExitDeps, 'clock' | 'record'>;
  readonly file: DeedFile;
  readonly close: () => Promise<void>;
}

export interface OfflineWays {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A trader for exits only that is not started; its steps are told to `onReady`. Throws when the books cannot be opened. */
  readonly books: () => Promise<{
    readonly trader: Trader;
    readonly onReady: (session: Session) => void;
  }>;
  /** Absent where the books are the account. */
  readonly account: (() => BareAccount) | undefined;
}

/** Part of the time in which the books must be open, compared with the exchange, and armed. */
const START_SHARE = 0.5;
const STOP_MS = 10_000;
/** A start that is given up may still wait for an answer. */
const GIVE_UP_MS = 20_000;
/** What is wrong with the configuration, and not with the books: nothing may be sold on its word. */
const NOT_MEANT = /^(?:JOURNAL_ACCOUNT|CONFIG_|CREDENTIALS_|EXCHANGE_)/u;

/** @throws Error what the operator must mend first: the configuration, the account, the key. */
export async function offlinePanic(
  ways: OfflineWays,
  request: PanicRequest,
): Promise<OfflinePanic> {
  try {
    return await throughBooks(ways, request);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (NOT_MEANT.test(why) || !ways.account) throw error;
    return await pastBooks(ways, { account: ways.account(), why }, request);
  }
}

/** The start for exits only, and the same panic as in a daemon. @throws Error when the books cannot be had, or fail on the way. */
async function throughBooks(
  { clock, books }: OfflineWays,
  { mode, timeoutMs, onProgress }: PanicRequest,
): Promise<OfflinePanic> {
  onProgress('opening the books');
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  const { trader, onReady } = await books();
  const starting = trader.start(onReady, (words) => {
    if (words !== '') onProgress(words);
  });
  await inTime(trader, starting, { clock, ms: timeoutMs * START_SHARE });
  const { parts } = trader;
  if (!parts) throw new Error('NOT_READY: the books are not open');
  onProgress(mode === 'sell' ? 'cancelling and selling' : 'cancelling entries');
  const waitMs = Math.max(0, deadlineMs - clock.monotonicMs());
  const result = await panic(parts, { mode, reason: 'panic' }, { clock, waitMs });
  const { failure } = parts.session;
  await trader.stop('keep-orders', STOP_MS);
  if (failure) throw failure;
  return { ...result, way: 'books', why: '', file: '', problems: [] };
}

async function inTime(
  trader: Trader,
  starting: Promise<void>,
  limit: { readonly clock: Clock; readonly ms: number },
): Promise<void> {
  const isStarted = starting.then(() => true);
  if (await within(isStarted, limit)) return;
  const { waiting, phase } = trader;
  trader.giveUp();
  const given = isStarted.catch(() => false);
  await within(given, { ...limit, ms: GIVE_UP_MS });
  throw new Error(`START_TIMEOUT: the books were not compared in time: ${waiting || phase}`);
}

/** By the exchange's own word; nothing is booked. */
async function pastBooks(
  { clock, logger }: OfflineWays,
  { account, why }: { readonly account: BareAccount; readonly why: string },
  { mode, everyOrder, timeoutMs, onProgress }: PanicRequest,
): Promise<OfflinePanic> {
  const { deps, file, close } = account;
  onProgress(`the books cannot be had (${why}); going by what the exchange says`);
  const record = (deed: Deed): void => {
    file.record(deed);
    logger.warn({ ...deed }, 'panic past the books');
  };
  try {
    record({ what: 'begin', mode, why });
    const waitMs = timeoutMs * (1 - START_SHARE);
    const result = await bareExit({ ...deps, clock, record }, { mode, everyOrder, waitMs });
    const { isComplete, openOrders } = result;
    record({ what: 'end', complete: String(isComplete), open_orders: openOrders });
    const trouble = file.trouble();
    const unwritten = trouble === '' ? [] : [`${file.path} could not be written: ${trouble}`];
    const problems = [...result.problems, ...unwritten];
    return { ...result, way: 'exchange', why, file: trouble === '' ? file.path : '', problems };
  } finally {
    await close();
  }
}
