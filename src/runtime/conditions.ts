/** What the runtime knows that a person must act on, while it lasts. What only the engine knows is in core/engine/conditions. */
import type { AttentionCode, Condition } from '../core/domain/attention.ts';
import { toText } from '../core/domain/decimal.ts';
import type { NoteInputs } from '../core/domain/notes.ts';
import { SECOND_MS } from '../core/domain/time.ts';
import { engineConditions } from '../core/engine/conditions.ts';
import { counted } from '../core/engine/owner.ts';
import type { QueueStats } from '../ports/orderQueue.ts';
import { cannotTrade } from './fitness.ts';
import type { Parts, TraderDeps } from './parts.ts';
import type { Trouble } from './schedule.ts';
import type { Upkeep } from './upkeep.ts';

/** A healthy order is carried out within a fraction of this. */
const BEHIND_MS_MAX = 5_000;
/** A stream that is lost is dialled again at once; most are back by then. */
const STREAM_DOWN_MS_MAX = 10_000;
/** Most orders of unknown outcome are known again by then. */
const UNKNOWN_MS_MAX = 15_000;
/** A single question may stay unanswered. */
const FAILURES_MIN = 2;
const MEBIBYTE = 1024 * 1024;

/** What the queue said, or why it said nothing. */
export type QueueWord = QueueStats | { readonly trouble: string };

/** What a bot is looked at by. */
export interface Running {
  readonly parts: Parts;
  readonly upkeep: Upkeep;
  readonly queue: QueueWord;
}

interface Sources extends Running {
  readonly deps: TraderDeps;
}

/** Everything, in no particular order. */
export function runtimeConditions(sources: Sources): Condition[] {
  const { deps, parts } = sources;
  return [
    ...engineConditions(parts.session.state),
    ...booksConditions(sources),
    ...queueConditions(sources),
    ...roundConditions(sources),
    ...streamConditions(sources),
    ...keyConditions(sources),
    ...staleMarkets(sources),
    ...unknownOrders(sources),
    ...unreadableRows(parts),
    ...goneMarkets(parts),
    ...unfitStrategies(deps, parts),
    ...unmanagedPositions(sources),
    ...recordingConditions(deps),
    ...(deps.gateway.conditions?.() ?? []),
    ...(deps.conditions?.() ?? []),
  ];
}

function when(isSo: boolean, code: AttentionCode, inputs: NoteInputs, sinceWall?: number) {
  const condition = { code, inputs, ...(sinceWall !== undefined && { sinceWall }) };
  return isSo ? [condition] : [];
}

/** The wall time that was this long ago. */
function ago({ clock }: TraderDeps, ms: number): number {
  return Math.round(clock.wallMs() - ms);
}

function booksConditions({ deps, parts, upkeep }: Sources): Condition[] {
  const { session, reconciler, oldCopy } = parts;
  const { walBytes = 0, reserveSpent = false } = upkeep.journal ?? {};
  const { standstill, standstillMs } = session;
  return [
    ...when(
      standstill !== '',
      'journal.standstill',
      { error: standstill },
      ago(deps, standstillMs),
    ),
    ...when(reserveSpent, 'disk.full', {}),
    ...when(oldCopy !== undefined, 'journal.old_copy', { ...oldCopy }),
    ...when(upkeep.isWalLarge, 'journal.wal_grows', { mebibytes: Math.round(walBytes / MEBIBYTE) }),
    ...when(reconciler.drift !== '', 'books.differ', { drift: reconciler.drift }),
  ];
}

function queueConditions({ deps, upkeep, queue }: Sources): Condition[] {
  const lagMs = upkeep.lagMs();
  return [
    ...('trouble' in queue
      ? when(true, 'queue.unreachable', { error: queue.trouble })
      : when(queue.warning !== '', 'queue.warning', { warning: queue.warning })),
    ...when(
      lagMs > BEHIND_MS_MAX,
      'queue.behind',
      { seconds: Math.round(lagMs / SECOND_MS) },
      ago(deps, lagMs),
    ),
  ];
}

/** What fails at the same exchange fails for one reason, so it is one condition. */
function roundConditions({ deps, upkeep }: Sources): Condition[] {
  const failing = upkeep.schedule.troubles.filter(({ failures }) => failures >= FAILURES_MIN);
  const [asked, own] = [true, false].map((asks) =>
    failing.filter(({ duty }) => (duty.asks === 'exchange') === asks),
  );
  return [
    ...roundsFailing(deps, 'exchange.rounds_failing', asked ?? []),
    ...roundsFailing(deps, 'round.failing', own ?? []),
  ];
}

function roundsFailing(
  deps: TraderDeps,
  code: AttentionCode,
  troubles: readonly Trouble[],
): Condition[] {
  const [first] = troubles;
  if (!first) return [];
  const rounds = troubles.map(({ duty }) => duty.name).join(', ');
  const longestMs = Math.max(...troubles.map(({ sinceMs }) => deps.clock.monotonicMs() - sinceMs));
  return when(true, code, { rounds, error: first.error }, ago(deps, longestMs));
}

function streamConditions({ deps, upkeep }: Sources): Condition[] {
  const { streamUp, streamChangedMs } = upkeep;
  const nowMs = deps.clock.monotonicMs();
  const downMs = nowMs - (streamChangedMs ?? nowMs);
  const code = 'exchange.account_stream_down';
  return when(!streamUp && downMs > STREAM_DOWN_MS_MAX, code, {}, ago(deps, downMs));
}

function keyConditions({ upkeep: { keyRights } }: Sources): Condition[] {
  return [
    ...when(keyRights?.withdrawals === true, 'key.withdraws', {}),
    ...when(keyRights?.transfers === true, 'key.transfers', {}),
    ...when(keyRights?.trading === false, 'key.cannot_trade', {}),
  ];
}

function staleMarkets({ deps, parts: { session, intake } }: Sources): Condition[] {
  return [...session.state.markets.values()]
    .filter(({ stale }) => stale)
    .map(({ instrument: { symbol }, lastAt }) => ({
      code: 'symbol.stale',
      symbol,
      sinceMarket: lastAt,
      sinceWall: ago(deps, intake.ageMs(symbol) ?? 0),
    }));
}

function unknownOrders({ deps, parts: { resolver } }: Sources): Condition[] {
  return resolver
    .olderThan(UNKNOWN_MS_MAX)
    .filter(({ order }) => order.state === 'UNKNOWN')
    .map(({ order: { intent, message, updatedAt }, ageMs }) => ({
      code: 'order.unknown',
      order: intent.intentId,
      strategy: intent.strategyId,
      symbol: intent.symbol,
      sinceMarket: updatedAt,
      sinceWall: ago(deps, ageMs),
      inputs: { message },
    }));
}

/** One condition for all rows of a kind on a market. */
function unreadableRows({ reconciler: { unreadable } }: Parts): Condition[] {
  const found = new Map<string, Condition>();
  for (const { what, symbol, name, problem } of unreadable) {
    const code = what === 'order' ? 'exchange.order_unreadable' : 'exchange.trade_unreadable';
    const rows = unreadable.filter((row) => row.what === what && row.symbol === symbol).length;
    const key = `${what} ${symbol}`;
    if (!found.has(key)) found.set(key, { code, symbol, inputs: { rows, name, problem } });
  }
  return [...found.values()];
}

function goneMarkets({ gone }: Parts): Condition[] {
  return gone.map(({ symbol, why }) => ({ code: 'symbol.gone', symbol, inputs: { why } }));
}

function unfitStrategies(deps: TraderDeps, parts: Parts): Condition[] {
  return [...cannotTrade(deps, parts).values()].map(({ spec: { id, symbol }, problem, where }) => ({
    code: 'strategy.cannot_trade',
    strategy: id,
    symbol,
    inputs: { problem, where },
  }));
}

function recordingConditions({ recorder }: TraderDeps): Condition[] {
  const stopped = recorder?.status().stopped;
  return when(
    stopped !== undefined,
    'recording.stopped',
    { why: stopped?.why ?? '' },
    stopped?.since,
  );
}

/** Positions of strategies that are not configured: nobody has looked after them since their state was kept last. */
function unmanagedPositions({ deps, parts: { session, keptAt } }: Sources): Condition[] {
  const configured = new Map(deps.strategies.map(({ spec }) => [spec.id, spec.symbol]));
  return [...session.state.ledger.holdings.values()]
    .flatMap((own) => [...own.values()])
    .map(({ position }) => counted(session.state, position))
    .filter(
      ({ strategyId, symbol, openedAt }) =>
        openedAt !== undefined && configured.get(strategyId) !== symbol,
    )
    .filter(({ symbol, amount }) => {
      // What is less than a lot nobody could sell.
      const lot = session.state.markets.get(symbol)?.instrument.lotSize;
      return lot === undefined || amount.gte(lot);
    })
    .map(({ strategyId, symbol, amount, openedAt = 0 }) => ({
      code: 'position.unmanaged',
      strategy: strategyId,
      symbol,
      sinceMarket: keptAt.get(strategyId) ?? openedAt,
      inputs: { amount: toText(amount), base: symbol.slice(0, symbol.indexOf('/')) },
    }));
}
