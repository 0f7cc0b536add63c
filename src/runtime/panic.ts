/** Out, now: entries off for good, every one that is open cancelled, and what is held sold or kept under its guards. */
import type { OrderRecord } from '../core/domain/order.ts';
import type { Stranger } from '../core/domain/stranger.ts';
import type { Clock } from '../ports/clock.ts';
import { Farewell, type MarketFarewell } from './farewell.ts';
import { isFlat, sellAgain } from './goingFlat.ts';
import type { Parts } from './parts.ts';
import type { Session } from './session.ts';
import type { Trader } from './trader.ts';
import { waitUntil } from './waitUntil.ts';

export type PanicMode = 'sell' | 'keep';

export interface PanicWish {
  readonly mode: PanicMode;
  readonly reason: string;
}

/** What came of it. */
export interface PanicResult {
  /** Everything asked for is done. */
  readonly isComplete: boolean;
  /** Orders that may still trade. */
  readonly openOrders: number;
  /** Markets where something was done, or something is still held. */
  readonly markets: readonly MarketFarewell[];
}

/** A cancel that the exchange has refused is asked for again so often. */
const AGAIN_MS = 2_000;

/**
 * Pauses entries (kept over restarts), cancels those that are open, sells everything when `mode` says so, and waits for the end of
 * that, `waitMs` at most; what is left then goes on. May be repeated at any time.
 */
export async function panic(
  { session }: Pick<Parts, 'session'>,
  { mode, reason }: PanicWish,
  wait: { readonly clock: Clock; readonly waitMs: number },
): Promise<PanicResult> {
  const farewell = new Farewell(session);
  try {
    session.control({ action: 'pause', reason });
    const begin = mode === 'sell' ? sellEverything : cancelEntries;
    begin(session, reason);
    let nextMs = wait.clock.monotonicMs() + AGAIN_MS;
    const isDone = (): boolean => {
      if (session.stopped) return true;
      if (mode === 'sell') sellAgain(session, reason);
      if (wait.clock.monotonicMs() >= nextMs) {
        nextMs += AGAIN_MS;
        if (mode === 'keep') cancelEntries(session, reason);
      }
      return isOver(session, mode);
    };
    await waitUntil(isDone, wait);
    return {
      isComplete: !session.stopped && isOver(session, mode),
      openOrders: session.liveOrders().length,
      markets: farewell.read(),
    };
  } finally {
    farewell.end();
  }
}

/** The same of a trader. @throws Error `NOT_READY` unless it runs: before, and while it stops, nothing can be sold. */
export async function panicOf(
  { deps, parts, phase }: Trader,
  wish: PanicWish,
  waitMs: number,
): Promise<PanicResult> {
  if (phase !== 'running' || !parts) throw new Error(`NOT_READY: the bot is ${phase}`);
  return panic(parts, wish, { clock: deps.clock, waitMs });
}

function sellEverything(session: Session, reason: string): void {
  session.control({ action: 'flatten', reason });
}

/** Those that wait for a place, and those that the journal has lost, too. What sells stays: it is the way out of what is kept. */
function cancelEntries(session: Session, reason: string): void {
  for (const { intent, cancelRequested } of entriesOf(session))
    if (!cancelRequested) session.control({ action: 'cancel', intentId: intent.intentId, reason });
  for (const { symbol, exchangeOrderId } of lostEntriesOf(session))
    session.control({ action: 'cancel', symbol, exchangeOrderId, reason });
}

function isOver(session: Session, mode: PanicMode): boolean {
  if (mode === 'sell') return isFlat(session);
  return entriesOf(session).length === 0 && lostEntriesOf(session).length === 0;
}

function lostEntriesOf({ state }: Session): readonly Stranger[] {
  return [...state.strangers.values()].filter(
    ({ isLost, terms }) => isLost && terms?.side !== 'sell',
  );
}

function entriesOf(session: Session): readonly OrderRecord[] {
  const waiting = [...session.state.strategies.values()].flatMap((runtime) =>
    runtime.waiting.map(({ record }) => record),
  );
  return [...session.liveOrders(), ...waiting].filter(({ intent }) => intent.purpose === 'entry');
}
