/** The status document: one reading of everything a person or a script wants to know. Money and amounts are text. */
import { dec, toText, ZERO, type Decimal } from '../core/domain/decimal.ts';
import type { Asset } from '../core/domain/ids.ts';
import type { Position } from '../core/domain/position.ts';
import { formatUtc } from '../core/domain/time.ts';
import { counted, ownerOf } from '../core/engine/owner.ts';
import type { EngineState, MarketState } from '../core/engine/state.ts';
import { equity } from '../core/ledger/ledger.ts';
import { isRemoved } from '../core/strategies/caretaker.ts';
import type { QueueStats } from '../ports/orderQueue.ts';
import { quoteText } from './quoteText.ts';
import type { StatusDocument } from './statusDocument.ts';
import { dustStatus } from './dustStatus.ts';
import { strategyStatuses } from './strategyStatus.ts';
import { queueWord } from './attention.ts';
import type { QueueWord } from './conditions.ts';
import { readHealth, type HealthReading } from './health.ts';
import type { Parts } from './parts.ts';
import type { Trader } from './trader.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
const STATUS_SCHEMA_VERSION = 1;

/** What the composition knows and the trader does not. */
export interface StatusAbout {
  readonly mode: 'paper' | 'sandbox' | 'live';
  readonly version: string;
  readonly pid: number;
  readonly config: { readonly file: string; readonly hash: string; readonly loadedMs: number };
  readonly exchange: { readonly id: string; readonly venue: string };
  readonly database: string;
  readonly counts: () => {
    readonly orders: number;
    readonly fills: number;
    readonly notes: number;
  };
}

/** Reads everything. Before boot is through, what is not known yet is empty or null. */
export async function readStatus(
  trader: Trader,
  about: StatusAbout,
  now: { readonly uptimeMs: number; readonly rssBytes: number },
): Promise<StatusDocument> {
  const { parts, upkeep } = trader;
  const state = parts?.session.state;
  const { mode, version, pid, config } = about;
  const queue = await readQueue(trader);
  return {
    schema_version: STATUS_SCHEMA_VERSION,
    ...lifeOf(trader),
    attention: trader.attention.read(parts && upkeep && { parts, upkeep, queue }, trader.waiting),
    mode,
    version,
    pid,
    uptime_s: Math.round(now.uptimeMs / 1000),
    market_time: state && state.now > 0 ? formatUtc(state.now) : null,
    config: { file: config.file, hash: config.hash, loaded_at: formatUtc(config.loadedMs) },
    exchange: { ...about.exchange, ...exchangeOf(trader) },
    queue: queueStatus(trader, queue),
    database: { file: about.database, ...about.counts() },
    recording: recordingOf(trader),
    ...money(state),
    dust: state ? dustStatus(state) : [],
    risk: riskStatus(trader, state),
    strategies: parts ? strategyStatuses(trader.deps, parts) : [],
    unmanaged: state ? unmanagedOf(state) : [],
    health: healthOf(trader, now.rssBytes),
  };
}

function exchangeOf({
  parts,
  upkeep,
}: Trader): Pick<StatusDocument['exchange'], 'private_stream' | 'markets' | 'gone'> {
  return {
    private_stream: upkeep?.streamUp ?? false,
    markets: parts ? marketsOf(parts) : [],
    gone: parts?.gone ?? [],
  };
}

function lifeOf({ parts, phase, waiting }: Trader): Life {
  const failure = parts?.session.failure;
  if (failure) return { running: false, state: 'failed', state_reason: failure.message };
  const running = phase !== 'stopped' && phase !== 'failed';
  const state = phase === 'running' && parts?.session.state.paused ? 'paused' : phase;
  return {
    running,
    state,
    state_reason: parts && waiting === '' ? reasonIn(parts) : waiting,
  };
}

type Life = Pick<StatusDocument, 'running' | 'state' | 'state_reason'>;

function reasonIn({ session }: Parts): string {
  const { standstill, state } = session;
  if (standstill !== '') return standstill;
  return state.paused?.reason ?? silenceIn(state);
}

function silenceIn(state: EngineState): string {
  const stale = [...state.markets.values()].filter((market) => market.stale);
  if (stale.length === 0) return '';
  const symbols = stale.map((market) => market.instrument.symbol).join(', ');
  return `no market data of ${symbols}: no entries there`;
}

const UNREAD: QueueStats = { waiting: 0, active: 0, failed: 0, warning: '' };

/** Before boot has come to the queue, it is not started, and after the end not any more: no trouble. */
async function readQueue({ parts, deps, phase }: Trader): Promise<QueueWord> {
  const isOpen = parts !== undefined && phase !== 'stopped' && phase !== 'failed';
  return isOpen ? queueWord(deps) : UNREAD;
}

function queueStatus({ parts, deps }: Trader, word: QueueWord): StatusDocument['queue'] {
  const trouble = 'trouble' in word ? word.trouble : null;
  const { warning, ...counts } = 'trouble' in word ? UNREAD : word;
  const redriven = parts?.sweeper.redriven ?? 0;
  return {
    backend: deps.queue?.backend ?? 'none',
    ...counts,
    trouble,
    warning: warning === '' ? null : warning,
    redriven,
  };
}

function recordingOf({ deps }: Trader): StatusDocument['recording'] {
  const status = deps.recorder?.status();
  if (!status) return null;
  const { file, since, events, bytes, bytesInAll, stopped } = status;
  return {
    file,
    since: since > 0 ? formatUtc(since) : null,
    events,
    bytes,
    bytes_in_all: bytesInAll,
    stopped: stopped?.why ?? null,
  };
}

function marketsOf({ session, intake }: Parts): StatusDocument['exchange']['markets'] {
  return [...session.state.markets.values()].map((market) =>
    marketStatus(market, intake.ageMs(market.instrument.symbol)),
  );
}

function unmanagedOf(state: EngineState): StatusDocument['unmanaged'] {
  const holdings = [...state.ledger.holdings.values()].flatMap((own) => [...own.values()]);
  return holdings
    .map(({ position }) => counted(state, position))
    .filter((position) => position.openedAt !== undefined && !isManaged(state, position))
    .map(({ strategyId, symbol, amount }) => ({
      strategy: strategyId,
      symbol,
      amount: toText(amount),
    }));
}

function isManaged(state: EngineState, position: Position): boolean {
  const runtime = ownerOf(state, position);
  return runtime !== undefined && !isRemoved(runtime.spec);
}

const BEFORE_BOOT: HealthReading = {
  inbox_depth: 0,
  events: 0,
  dropped: 0,
  unknown_orders: 0,
  unknown_oldest_ms: 0,
  journal_lag_ms: 0,
  wal_bytes: 0,
  journal_standstill: null,
  disk_full: false,
  event_loop_delay_ms: null,
  clock_offset_ms: null,
  reconcile_age_ms: null,
  failing: [],
  rate_used: null,
  paused_by_exchange_ms: null,
};

function healthOf({ deps, parts, upkeep }: Trader, rssBytes: number): StatusDocument['health'] {
  const health = parts && upkeep ? readHealth(deps, parts, upkeep) : BEFORE_BOOT;
  return { ...health, rss_bytes: rssBytes };
}

function marketStatus(
  market: MarketState,
  ageMs: number | undefined,
): StatusDocument['exchange']['markets'][number] {
  return {
    symbol: market.instrument.symbol,
    last_price: Number.isNaN(market.lastPrice) ? null : market.lastPrice,
    data_age_ms: ageMs === undefined ? null : Math.round(ageMs),
    stale: market.stale,
    halted: market.haltReason === '' ? null : market.haltReason,
  };
}

const NO_MONEY: Pick<StatusDocument, 'equity' | 'balances'> = {
  equity: { quote: '', value: null, opening: null, pnl: null, unpriced: [] },
  balances: [],
};

function money(state: EngineState | undefined): Pick<StatusDocument, 'equity' | 'balances'> {
  const [market] = state?.markets.values() ?? [];
  if (!state || !market) return NO_MONEY;
  const { quote } = market.instrument;
  const prices = pricesIn(state, quote);
  const { value, unpriced } = equity(state.ledger, (code) => prices.get(code));
  const opening = openingValue(state, prices);
  return {
    equity: {
      quote,
      value: quoteText(value),
      opening: quoteText(opening),
      pnl: quoteText(value.minus(opening)),
      unpriced,
    },
    balances: [...state.ledger.accounts.values()].map(({ asset, opening: first, total }) => ({
      asset,
      opening: toText(first),
      total: toText(total),
    })),
  };
}

/** Last prices of all bases in this quote, and 1 for the quote itself. */
function pricesIn(state: EngineState, quote: Asset): Map<Asset, number> {
  const prices = new Map<Asset, number>([[quote, 1]]);
  for (const { instrument, lastPrice } of state.markets.values()) {
    if (instrument.quote === quote && lastPrice > 0) prices.set(instrument.base, lastPrice);
  }
  return prices;
}

/** Opening balances and deposits at today's prices, so that the difference is what trading did and not what the market did. */
function openingValue(state: EngineState, prices: ReadonlyMap<Asset, number>): Decimal {
  let value = ZERO;
  for (const { asset, opening, deposited } of state.ledger.accounts.values()) {
    const price = prices.get(asset);
    if (price !== undefined) value = value.plus(opening.plus(deposited).times(dec(price)));
  }
  return value;
}

function riskStatus(trader: Trader, state: EngineState | undefined): StatusDocument['risk'] {
  const { parts, deps } = trader;
  const orders = parts?.session.liveOrders() ?? [];
  const drift = parts?.reconciler.drift ?? '';
  return {
    ...pauseOf(state),
    exposure: state ? quoteText(state.book.total) : '0',
    max_total_exposure: toText(deps.limits.maxTotalExposure),
    open_orders: orders.length,
    max_open_orders: deps.limits.maxOpenOrders,
    unknown_orders: orders.filter((order) => order.state === 'UNKNOWN').length,
    balance_drift: drift === '' ? null : drift,
  };
}

function pauseOf(
  state: EngineState | undefined,
): Pick<StatusDocument['risk'], 'paused' | 'pause_reason'> {
  const paused = state?.paused;
  return { paused: paused !== undefined, pause_reason: paused?.reason ?? null };
}
