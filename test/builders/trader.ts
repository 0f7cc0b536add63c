/** A whole trader over an exchange in memory, on a clock that the test moves. */
import { ManualClock } from '../../src/adapters/clock/manualClock.ts';
import { memoryJournal } from '../../src/adapters/memory/journal.ts';
import { createMemoryStore, type MemoryStore } from '../../src/adapters/memory/store.ts';
import { dec, ZERO } from '../../src/core/domain/decimal.ts';
import type { Balance, Fill } from '../../src/core/domain/fill.ts';
import type { Asset, MarketSymbol } from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { OrderReport } from '../../src/core/domain/order.ts';
import type {
  CancelOutcome,
  ExchangeGateway,
  GatewaySink,
  KeyPermissions,
  LookupOutcome,
  OrderPair,
  OrderRef,
  PairOutcome,
  PlaceOutcome,
} from '../../src/ports/exchangeGateway.ts';
import type { Listing, UnreadableRow } from '../../src/ports/listing.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { FeedSink, MarketFeed } from '../../src/ports/marketFeed.ts';
import type { TraderDeps } from '../../src/runtime/parts.ts';
import { Trader } from '../../src/runtime/trader.ts';
import { aCandle, aSpec, BUY, ScriptedStrategy } from './engine.ts';
import { anInstrument, aReport, USDT } from './orders.ts';
import { QUIET } from './runtime.ts';

type ApprovedOrder = Parameters<ExchangeGateway['place']>[0];

/** Says what the test wants; an order that is placed is open until the test says otherwise. */
export class FakeExchange implements ExchangeGateway {
  readonly timing = { lifetimeMs: 5_000, readLagMs: 5_000 };
  listed: readonly Instrument[] = [anInstrument()];
  /** By client order id. */
  readonly orders = new Map<string, OrderReport>();
  readonly trades: Fill[] = [];
  /** Rows of its lists that nobody can read. */
  unreadable: readonly UnreadableRow[] = [];
  usdt = '10000';
  /** What else it has. */
  readonly coins = new Map<Asset, string>();
  offsetMs = 0;
  keyRights: KeyPermissions = { trading: true, withdrawals: false, transfers: false };
  /** Every question, by name. */
  readonly calls: string[] = [];
  /** Questions that get no answer. */
  readonly broken = new Set<string>();
  /** Says why when a question is refused for good; empty: it only gets no answer. */
  refusal = '';
  /** Replaces the answer to the next orders. */
  onPlace: ((order: ApprovedOrder) => PlaceOutcome) | undefined;
  /** Called before balances are read. */
  onBalances: () => void = () => undefined;
  sink: GatewaySink | undefined;

  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }

  async instruments(symbols: readonly MarketSymbol[]): Promise<readonly Instrument[]> {
    this.ask('instruments');
    return symbols.map((symbol) => {
      const found = this.listed.find((instrument) => instrument.symbol === symbol);
      if (!found) throw new Error(`SYMBOL_UNKNOWN: no market ${symbol}`);
      return found;
    });
  }

  async place(order: ApprovedOrder): Promise<PlaceOutcome> {
    this.calls.push('place');
    if (this.onPlace) return this.onPlace(order);
    const report = aReport({ clientOrderId: order.clientOrderId, symbol: order.symbol });
    this.orders.set(order.clientOrderId, report);
    return { kind: 'acked', report };
  }

  async placePair({ stop, target }: OrderPair): Promise<PairOutcome> {
    return { stop: await this.place(stop), target: await this.place(target) };
  }

  async cancel({ clientOrderId }: OrderRef): Promise<CancelOutcome> {
    this.calls.push('cancel');
    const known = this.orders.get(clientOrderId);
    if (known?.status !== 'open') return { kind: 'notFound', message: 'not open' };
    const report = { ...known, status: 'canceled' } as const;
    this.orders.set(clientOrderId, report);
    return { kind: 'cancelled', report };
  }

  async lookup({ clientOrderId }: OrderRef): Promise<LookupOutcome> {
    this.calls.push('lookup');
    if (this.broken.has('lookup')) return { kind: 'failed', message: 'down' };
    const report = this.orders.get(clientOrderId);
    return report ? { kind: 'found', report } : { kind: 'absent', places: ['single', 'history'] };
  }

  async openOrders(): Promise<Listing<OrderReport>> {
    this.ask('openOrders');
    const rows = [...this.orders.values()].filter(({ status }) => status === 'open');
    return { rows, unreadable: this.unreadable.filter(({ what }) => what === 'order') };
  }

  async fills(): Promise<Listing<Fill>> {
    this.ask('fills');
    const unreadable = this.unreadable.filter(({ what }) => what === 'trade');
    return { rows: this.trades, unreadable };
  }

  async balances(): Promise<readonly Balance[]> {
    this.ask('balances');
    this.onBalances();
    const has = [[USDT, this.usdt] as const, ...this.coins];
    return has.map(([asset, free]) => ({ asset, free: dec(free), locked: ZERO }));
  }

  async clockOffsetMs(): Promise<number> {
    this.ask('clockOffsetMs');
    return this.offsetMs;
  }

  async permissions(): Promise<KeyPermissions> {
    this.ask('permissions');
    return this.keyRights;
  }

  async open(sink: GatewaySink): Promise<void> {
    this.ask('open');
    this.sink = sink;
    sink.stream(true, 'up');
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }

  ask(what: string): void {
    this.calls.push(what);
    if (!this.broken.has(what)) return;
    throw new Error(this.refusal === '' ? `GATEWAY_FAILED: ${what}` : this.refusal);
  }
}

class SilentFeed implements MarketFeed {
  sink: FeedSink | undefined;
  readonly #exchange: FakeExchange;

  constructor(exchange: FakeExchange) {
    this.#exchange = exchange;
  }

  async history(): Promise<readonly []> {
    this.#exchange.ask('history');
    return [];
  }

  open(_subscription: unknown, sink: FeedSink): Promise<void> {
    this.sink = sink;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface TraderBench {
  readonly trader: Trader;
  readonly exchange: FakeExchange;
  readonly clock: ManualClock;
  readonly strategy: ScriptedStrategy;
  readonly store: MemoryStore;
  /** Codes of the engine's notes, in order. */
  readonly noted: string[];
  /** Starts, and lets the time pass that starting takes. */
  start(): Promise<void>;
  /** Begins to start; the test lets the time pass. */
  begin(): Promise<void>;
  /** What a start has waited for, in words, in order; empty where a wait was over. */
  readonly waits: string[];
  /** Lets time pass, second by second, so that what is asked is answered before the next second. */
  wait(seconds: number): Promise<void>;
  /** Why entries of the market are off; empty when they are on. */
  haltReason(): string;
  /** Has the strategy place a buy on the n-th bar. */
  buy(n: number): Promise<void>;
}

export interface TraderChanges {
  readonly exchange?: FakeExchange;
  readonly store?: MemoryStore;
  readonly journal?: (journal: Journal) => Journal;
  readonly deps?: Partial<TraderDeps>;
}

const STARTED_MS = 1_700_000_000_000;

export function aTrader(changes: TraderChanges = {}): TraderBench {
  const { exchange = new FakeExchange(), store = createMemoryStore() } = changes;
  const clock = new ManualClock(STARTED_MS);
  const strategy = new ScriptedStrategy();
  const journal = memoryJournal(store);
  const noted: string[] = [];
  const waits: string[] = [];
  const trader = new Trader({
    journal: changes.journal ? changes.journal(journal) : journal,
    gateway: exchange,
    feed: new SilentFeed(exchange),
    queue: undefined,
    clock,
    logger: QUIET,
    limits: { maxTotalExposure: dec('100000'), priceBand: 0.5, maxOpenOrders: 100 },
    strategies: [{ spec: aSpec(), strategy }],
    orderTtlMs: 30_000,
    staleAfterMs: 3_600_000_000,
    quietVenue: () => Promise.resolve(),
    ...changes.deps,
  });
  const wait = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await settled();
    }
  };
  const begin = (): Promise<void> => {
    const started = trader.start(
      (session) => {
        session.onStep((output) => noted.push(...output.notes.map(({ code }) => code)));
      },
      (words) => waits.push(words),
    );
    started.catch(() => undefined);
    return started;
  };
  const start = async (): Promise<void> => {
    const life = { isStarting: true };
    const started = begin().finally(() => {
      life.isStarting = false;
    });
    started.catch(() => undefined);
    for (let seconds = 0; seconds < 60 && life.isStarting; seconds += 1) await wait(1);
    await started;
  };
  const session = () => {
    const made = trader.parts?.session;
    if (!made) throw new Error('not started');
    return made;
  };
  return {
    trader,
    exchange,
    clock,
    strategy,
    store,
    noted,
    waits,
    begin,
    start,
    wait,
    haltReason: () => [...session().state.markets.values()][0]?.haltReason ?? '',
    buy: async (n) => {
      strategy.onNextBar = (context) => {
        context.place(BUY);
      };
      session().dispatch(aCandle(n, 100));
      await settled();
    },
  };
}

/** Everything that waits for an answer in memory has it after a few turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
