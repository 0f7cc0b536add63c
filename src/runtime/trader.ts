/** The running whole: boot → reconcile → warm up → stream → armed, and the way back. Knows no mode. */
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { RiskLimits } from '../core/risk/limits.ts';
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExchangeGateway, GatewaySink } from '../ports/exchangeGateway.ts';
import type { Journal, Recovered } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { MarketFeed } from '../ports/marketFeed.ts';
import type { OrderQueue } from '../ports/orderQueue.ts';
import { boot } from './boot.ts';
import { Dispatcher } from './dispatcher.ts';
import { ExchangeClock } from './exchangeClock.ts';
import { Executor } from './executor.ts';
import { Inbox } from './inbox.ts';
import { Intake } from './intake.ts';
import { Reconciler } from './reconcile.ts';
import { Resolver } from './resolve.ts';
import { Session } from './session.ts';

/** How often strategies' states are kept although nothing else was. */
const CHECKPOINT_INTERVAL_MS = 30_000;
/** How often open orders and fills are compared with the exchange's. */
const RECONCILE_INTERVAL_MS = 10_000;
/** Every so many of these rounds balances are compared too. */
const BALANCES_EVERY_ROUNDS = 3;
/** Queue and adapters get at most this long to let go. */
const CLOSE_DEADLINE_MS = 5_000;

export interface TraderDeps {
  readonly journal: Journal;
  readonly gateway: ExchangeGateway;
  readonly feed: MarketFeed;
  readonly queue: OrderQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: RiskLimits;
  readonly strategies: readonly { readonly spec: StrategySpec; readonly strategy: Strategy }[];
  /** Wall time an intent may wait to be sent. */
  readonly orderTtlMs: number;
  /** Silence after which market data is stale. */
  readonly staleAfterMs: number;
  /** Called before the last look at the exchange: a play market may stand still from then on. */
  readonly quietVenue: () => Promise<void>;
}

export type StopMode = 'keep-orders' | 'cancel-orders' | 'flatten';

export interface StopResult {
  /** Orders still open at the exchange. */
  readonly openOrders: number;
  /** False when time ran out before everything the stop mode asks for was done. */
  readonly complete: boolean;
}

/** Where a trader is in its life. */
export type TraderPhase =
  'starting' | 'reconciling' | 'warming-up' | 'running' | 'stopping' | 'stopped' | 'failed';

/** Everything made by boot. */
export interface Parts {
  readonly session: Session;
  readonly executor: Executor;
  readonly resolver: Resolver;
  readonly reconciler: Reconciler;
  readonly exchangeClock: ExchangeClock;
  readonly dispatcher: Dispatcher;
  readonly inbox: Inbox;
  readonly intake: Intake;
  readonly symbols: readonly MarketSymbol[];
}

export class Trader {
  readonly deps: TraderDeps;
  phase: TraderPhase = 'starting';
  /** The private stream is up. */
  streamUp = false;
  readonly #timers: (() => void)[] = [];
  #parts: Parts | undefined;
  #rounds = 0;

  constructor(deps: TraderDeps) {
    this.deps = deps;
  }

  /** Undefined until boot has read the journal and the exchange's rules. */
  get parts(): Parts | undefined {
    return this.#parts;
  }

  /** Resolves when armed. On failure everything started so far is let go and the error goes on. */
  async start(onReady: (session: Session) => void = () => undefined): Promise<void> {
    try {
      const parts = await this.#assemble();
      this.#parts = parts;
      onReady(parts.session);
      // Prices first: a fill that happened while nobody looked is answered by a strategy that knows where the market is.
      this.phase = 'warming-up';
      await parts.intake.warmUp();
      await this.#settle(parts);
      await parts.intake.open();
      this.phase = 'running';
      parts.session.dispatch(control(parts.session, 'arm', 'start'));
      parts.dispatcher.start();
      parts.dispatcher.sweep(0);
      this.#keepGoing(parts);
    } catch (error) {
      this.phase = 'failed';
      await this.#letGo();
      throw error;
    }
  }

  /**
   * Stops in order, in bounded time: no new decisions, then what `mode` says, then the queue drains, then everything closes.
   * `onDrained` runs when nothing comes in any more and the books are still open. Returns what was still open when time ran out.
   */
  async stop(
    mode: StopMode,
    timeoutMs: number,
    onDrained: () => Promise<void> = async () => undefined,
  ): Promise<StopResult> {
    const parts = this.#parts;
    if (!parts || this.phase === 'stopped') return { openOrders: 0, complete: true };
    this.phase = 'stopping';
    const deadline = this.deps.clock.monotonicMs() + timeoutMs;
    const complete = await this.#leave(parts, mode, deadline);
    await this.#lastLook(parts);
    const openOrders = liveOrders(parts.session).length;
    await this.#closeInputs();
    parts.session.checkpoint();
    await onDrained();
    await this.#letGo();
    this.phase = 'stopped';
    return { openOrders, complete };
  }

  async #assemble(): Promise<Parts> {
    const { journal, clock, logger, gateway, feed, orderTtlMs, staleAfterMs } = this.deps;
    const recovered = journal.recover();
    const { state, symbols } = await boot({ ...this.deps, wallMs: clock.wallMs() }, recovered);
    const session = new Session({ state, journal, clock, logger, orderTtlMs });
    const inbox = new Inbox((event) => {
      session.dispatch(event);
    });
    const intake = new Intake({ session, feed, inbox, clock, logger, staleAfterMs });
    const reconciler = new Reconciler({
      session,
      gateway,
      clock,
      logger,
      symbols,
      lastFillAt: recovered.lastFillAt,
    });
    const dispatcher = new Dispatcher({
      queue: this.deps.queue,
      journal,
      clock,
      logger,
      backfill: (hole) => intake.backfill(hole),
      fetchFills: ({ symbol }) => reconciler.fetchFills(symbol),
    });
    const exchangeClock = new ExchangeClock(gateway);
    const resolver = new Resolver({
      session,
      gateway,
      clock,
      logger,
      exchangeClock,
      recancel: (order) => {
        dispatcher.recancel(order);
      },
    });
    const executor = new Executor({
      session,
      journal,
      gateway,
      clock,
      logger,
      resolve: (order) => {
        resolver.watch(order);
      },
    });
    session.onCommand((command) => {
      dispatcher.carryOut(command);
    });
    await this.deps.queue.start((job) => executor.handle(job));
    this.#doubt(session, resolver, recovered);
    return {
      session,
      executor,
      resolver,
      reconciler,
      exchangeClock,
      dispatcher,
      inbox,
      intake,
      symbols,
    };
  }

  /** An order that was being sent when the last run ended may or may not have arrived. */
  #doubt(session: Session, resolver: Resolver, recovered: Recovered): void {
    for (const order of recovered.orders) {
      if (order.state === 'SENDING')
        session.outcome(order, 'unknown', 'the process ended while it was being sent');
      if (order.state === 'UNKNOWN' || order.cancelRequested) resolver.watch(order);
    }
  }

  async #settle(parts: Parts): Promise<void> {
    this.phase = 'reconciling';
    await this.#checkKey();
    await parts.exchangeClock.measure();
    await this.deps.gateway.open(this.#sink(parts));
    await parts.resolver.sweep();
    await parts.reconciler.round();
  }

  /** A key that could empty the account is not accepted; what an exchange does not tell is said in the log. */
  async #checkKey(): Promise<void> {
    const { gateway, logger } = this.deps;
    const { trading, withdrawals } = await gateway.permissions();
    if (trading === false) {
      throw new Error('KEY_REFUSED: the key may not trade; enable spot trading for it');
    }
    if (withdrawals === true) {
      throw new Error('KEY_REFUSED: the key may withdraw; make one that can only trade');
    }
    if (withdrawals === 'unknown') logger.warn({}, 'whether the key may withdraw is not known');
  }

  #sink(parts: Parts): GatewaySink {
    const { session, reconciler } = parts;
    return {
      report: (report) => {
        session.report(report);
      },
      fill: (fill) => {
        session.fill(fill);
      },
      balances: () => undefined,
      stream: (up, message) => {
        this.streamUp = up;
        this.deps.logger.info({ up, message }, 'private stream');
        if (up) this.#background(() => this.#catchUp(reconciler));
      },
    };
  }

  async #catchUp(reconciler: Reconciler): Promise<void> {
    await reconciler.checkOrders();
    for (const symbol of this.#parts?.symbols ?? []) await reconciler.fetchFills(symbol);
  }

  #keepGoing(parts: Parts): void {
    const { clock } = this.deps;
    this.#timers.push(
      clock.every(CHECKPOINT_INTERVAL_MS, () => {
        parts.session.checkpoint();
      }),
      clock.every(RECONCILE_INTERVAL_MS, () => {
        this.#background(() => this.#reconcile(parts));
      }),
    );
  }

  async #reconcile({ reconciler, session }: Parts): Promise<void> {
    this.#rounds += 1;
    if (this.#rounds % BALANCES_EVERY_ROUNDS === 0) await reconciler.round();
    else if (liveOrders(session).length > 0) await this.#catchUp(reconciler);
  }

  #background(task: () => Promise<void>): void {
    task().catch((error: unknown) => {
      this.deps.logger.warn(
        { error: String(error) },
        'reconciliation failed; it will be tried again',
      );
    });
  }

  async #leave({ session }: Parts, mode: StopMode, deadline: number): Promise<boolean> {
    let complete = true;
    if (mode === 'flatten') {
      session.dispatch(control(session, 'flatten', 'stop'));
      complete = await this.#until(
        () => !isStopping(session) && liveOrders(session).length === 0,
        deadline,
      );
    }
    session.dispatch(control(session, 'disarm', 'stop'));
    if (mode !== 'keep-orders') {
      session.dispatch(control(session, 'cancelAll', 'stop'));
      complete = (await this.#until(() => liveOrders(session).length === 0, deadline)) && complete;
    }
    await this.#until(() => !liveOrders(session).some(isInFlight), deadline);
    return complete;
  }

  /** What filled up to now is booked before the books close; what an exchange does not answer is left to the next start. */
  async #lastLook(parts: Parts): Promise<void> {
    try {
      await this.deps.quietVenue();
      await this.#catchUp(parts.reconciler);
    } catch (error) {
      this.deps.logger.warn({ error: String(error) }, 'the last look at the exchange failed');
    }
  }

  async #until(condition: () => boolean, deadline: number): Promise<boolean> {
    const { clock } = this.deps;
    while (!condition()) {
      if (clock.monotonicMs() >= deadline) return false;
      await new Promise<void>((resolve) => clock.after(25, resolve));
    }
    return true;
  }

  async #closeInputs(): Promise<void> {
    for (const stop of this.#timers.splice(0)) stop();
    const parts = this.#parts;
    parts?.dispatcher.close();
    parts?.resolver.close();
    const { gateway, feed } = this.deps;
    await this.#closed([parts ? parts.intake.close() : feed.close(), gateway.close()]);
    parts?.inbox.close();
  }

  async #letGo(): Promise<void> {
    await this.#closeInputs();
    await this.#closed([this.deps.queue.close(CLOSE_DEADLINE_MS)]);
    this.deps.journal.close();
  }

  async #closed(closings: readonly Promise<void>[]): Promise<void> {
    for (const result of await Promise.allSettled(closings)) {
      if (result.status === 'rejected')
        this.deps.logger.warn({ error: String(result.reason) }, 'closing failed');
    }
  }
}

/** Orders that may still change at the exchange. */
export function liveOrders(session: Session): OrderRecord[] {
  return [...session.state.strategies.values()].flatMap((runtime) => runtime.openOrders);
}

export function control(
  session: Session,
  action: 'arm' | 'disarm' | 'pause' | 'resume' | 'cancelAll' | 'flatten',
  reason: string,
) {
  return { kind: 'control', at: session.state.now, action, reason } as const;
}

/** On its way right now. One of unknown outcome is not waited for: the next start goes on looking it up. */
function isInFlight(order: OrderRecord): boolean {
  return order.state === 'SENDING';
}

function isStopping(session: Session): boolean {
  return [...session.state.strategies.values()].some((runtime) => runtime.stopping !== undefined);
}
