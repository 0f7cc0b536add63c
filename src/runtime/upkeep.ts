/**
 * What keeps the books true while the bot runs, and makes them true before it is armed: the same rounds at boot and after it,
 * on one schedule. Each may be repeated at any time.
 */
import type { OrderRecord } from '../core/domain/order.ts';
import { hasFillGap } from '../core/orders/lifecycle.ts';
import type { GatewaySink, KeyPermissions } from '../ports/exchangeGateway.ts';
import type { JournalHealth } from '../ports/journal.ts';
import { readHealth } from './health.ts';
import type { Parts, TraderDeps } from './parts.ts';
import type { Ask } from './patience.ts';
import { Schedule, type Duty } from './schedule.ts';
import { SilentMarkets } from './silentMarkets.ts';
import { StandstillWatch } from './standstill.ts';

const IN_FLIGHT_MS = 2_000;
const OPEN_ORDERS_MS = 10_000;
const BALANCES_MS = 30_000;
const EVERYTHING_MS = 5 * 60_000;
const CLOCK_MS = 10 * 60_000;
/** Rights can be taken from a key, and given to it, at any time. */
const KEY_MS = 10 * 60_000;
/** How often strategies' states are kept although nothing else was. */
const CHECKPOINT_MS = 30_000;
/** Before a difference that the first round found is looked at again, at least: fills travel, and are shown as late as the exchange may. */
const SECOND_LOOK_MS_MIN = 1_000;

const JOURNAL_MS = 10_000;
const HEALTH_MS = 60_000;
/** Asking for trading rules is expensive: only while a market is silent, halted by the exchange or left out, and then once for all of them. */
const SILENT_MS = 60_000;

/** Steps and minimums change a few times a year. */
const RULES_MS = 4 * 3_600_000;

/** Refused exits have balances looked at no more often than this. */
const REFUSED_EXIT_MS_MIN = 5_000;

const OPEN_ORDERS = 'open orders';
const BALANCES = 'balances';
const EVERYTHING = 'comparing everything';
const RULES = 'trading rules';
const JOURNAL = 'journal';
const STANDSTILL = 'comparing after a standstill';
/** A write-ahead log this large could not be cut: something keeps reading the file. */
const WAL_BYTES_ALARM = 64 * 1024 * 1024;
const DISK_FULL = 'the disk is full: free space; cancels and exits still go';
/** An order whose outcome is not known this long after it should be is worth an operator's look. */
const OVERDUE_MS = 60_000;
const OVERDUE = 'the outcome of an order is not known';

export class Upkeep {
  readonly schedule: Schedule;
  readonly silent: SilentMarkets;
  /** As last looked at; undefined before the first look. */
  journal: JournalHealth | undefined;
  /** The private stream is up. */
  streamUp = false;
  /** Monotonic time at which it came up or went down last, or was asked for; undefined before that. */
  streamChangedMs: number | undefined;
  /** As the exchange said last; undefined before it was asked. */
  keyRights: KeyPermissions | undefined;
  readonly #deps: TraderDeps;
  readonly #parts: Parts;
  readonly #watch: StandstillWatch;
  /** Why everything must be compared before the next entry; empty when it need not. */
  #stoodStill = '';
  /** Monotonic time at which balances were last looked at because an exit was refused. */
  #refusedMs = Number.NEGATIVE_INFINITY;

  /** @param more what others want done again and again. */
  constructor(deps: TraderDeps, parts: Parts, more: readonly Duty[]) {
    this.#deps = deps;
    this.#parts = parts;
    this.silent = new SilentMarkets(deps.gateway, parts);
    this.#watch = new StandstillWatch(deps.clock, (words) => {
      this.#standStill(words);
    });
    const { reconciler, exchangeClock, session, rules } = parts;
    const asking = (name: string, everyMs: number, task: Duty['task']): Duty => ({
      name,
      everyMs,
      asks: 'exchange',
      task,
    });
    this.schedule = new Schedule(deps, [
      asking('orders in flight', IN_FLIGHT_MS, () => this.#inFlight()),
      asking(OPEN_ORDERS, OPEN_ORDERS_MS, () => reconciler.checkOrders()),
      asking(BALANCES, BALANCES_MS, () => this.#checkBalances()),
      asking(EVERYTHING, EVERYTHING_MS, () => reconciler.round()),
      asking("the exchange's clock", CLOCK_MS, () => exchangeClock.measure()),
      asking('rights of the key', KEY_MS, () => this.#readKeyRights()),
      asking(STANDSTILL, IN_FLIGHT_MS, () => this.#afterStandstill()),
      asking(RULES, RULES_MS, () => rules.read()),
      asking('silent markets', SILENT_MS, () => this.silent.look()),
      { name: JOURNAL, everyMs: JOURNAL_MS, task: () => this.#tendJournal() },
      { name: 'health', everyMs: HEALTH_MS, task: () => this.#logHealth() },
      {
        name: 'keeping states',
        everyMs: CHECKPOINT_MS,
        task: () => {
          session.checkpoint();
        },
      },
      ...more,
    ]);
  }

  /** The write-ahead log could not be cut for long: something keeps reading the file. */
  get isWalLarge(): boolean {
    return (this.journal?.walBytes ?? 0) > WAL_BYTES_ALARM;
  }

  /** Age of the oldest order that is planned and that nobody has begun to send, milliseconds; 0 when there is none. */
  lagMs(): number {
    return Math.round(this.#parts.sweeper.oldestMs);
  }

  /** From here on until `close`. */
  start(): void {
    this.schedule.start();
    this.#watch.start();
    this.#parts.desk.onEntry(() => {
      this.#watch.look();
      return this.#stoodStill;
    });
  }

  close(): void {
    this.#watch.close();
    this.schedule.close();
  }

  /**
   * Before arming: key, private stream, orders of unknown outcome, then everything. Repeatable from the start.
   * @throws Error `KEY_REFUSED`, or what `ask` throws.
   */
  async settle(ask: Ask): Promise<void> {
    const { clock, gateway } = this.#deps;
    const { session, holds, reconciler, resolver, rules } = this.#parts;
    rules.onDoubt(() => {
      this.schedule.hurry(RULES);
    });
    session.onJournalTrouble(() => {
      this.#journalTroubled();
    });
    session.onStep(({ orders }) => {
      if (orders.some(isRefusedExit)) this.#exitRefused();
    });
    await ask('rights of the key', () => this.#checkKey());
    await ask('private stream', () => gateway.open(this.#sink()));
    this.streamChangedMs ??= clock.monotonicMs();
    await resolver.sweep();
    holds.lift();
    this.#tendJournal();
    await this.compare(ask);
    if (!reconciler.suspicious) return;
    await this.#secondLook();
    await this.compare(ask);
  }

  /** Orders, fills and balances, once. @throws what `ask` throws. */
  compare(ask: Ask): Promise<void> {
    return ask('orders, fills and balances', () => this.#parts.reconciler.round());
  }

  /** What filled up to now is booked before the books close. */
  async lastLook(): Promise<void> {
    const { reconciler, session } = this.#parts;
    await reconciler.catchUp();
    // What turned up late is known now, its fills are not yet.
    if (session.liveOrders().some(hasFillGap)) await reconciler.catchUp();
  }

  /** A key that could empty the account is not accepted; what an exchange does not tell is said in the log. */
  async #checkKey(): Promise<void> {
    const { logger } = this.#deps;
    const { trading, withdrawals } = await this.#readKeyRights();
    if (trading === false) {
      throw new Error('KEY_REFUSED: the key may not trade; enable spot trading for it');
    }
    if (withdrawals === true) {
      throw new Error('KEY_REFUSED: the key may withdraw; make one that can only trade');
    }
    if (withdrawals === 'unknown') logger.warn({}, 'whether the key may withdraw is not known');
  }

  async #readKeyRights(): Promise<KeyPermissions> {
    return (this.keyRights = await this.#deps.gateway.permissions());
  }

  /** What is to be sold may not be there, or an order that is not ours may hold it: then waiting for the next round would only have it refused until then. */
  #exitRefused(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#refusedMs < REFUSED_EXIT_MS_MIN) return;
    this.#refusedMs = nowMs;
    this.schedule.hurry(OPEN_ORDERS);
    this.schedule.hurry(BALANCES);
  }

  async #checkBalances(): Promise<void> {
    const { clock } = this.#deps;
    const { reconciler } = this.#parts;
    await reconciler.checkBalances();
    const isUrgent = clock.monotonicMs() - this.#refusedMs < REFUSED_EXIT_MS_MIN;
    if (!isUrgent || !reconciler.suspicious) return;
    await this.#secondLook();
    await reconciler.checkBalances();
  }

  #secondLook(): Promise<void> {
    const { clock, gateway } = this.#deps;
    const afterMs = Math.max(SECOND_LOOK_MS_MIN, gateway.timing.readLagMs);
    return new Promise((resolve) => clock.after(afterMs, resolve));
  }

  #sink(): GatewaySink {
    const { session } = this.#parts;
    return {
      report: (report) => {
        session.report(report);
      },
      fill: (fill) => {
        session.fill(fill);
      },
      balances: () => undefined,
      stream: (up, message) => {
        if (up !== this.streamUp) this.streamChangedMs = this.#deps.clock.monotonicMs();
        this.streamUp = up;
        this.#deps.logger.info({ up, message }, 'private stream');
        if (up) this.schedule.hurry(EVERYTHING);
      },
    };
  }

  async #inFlight(): Promise<void> {
    const { session, resolver, reconciler } = this.#parts;
    for (const order of session.liveOrders()) if (isOpenQuestion(order)) resolver.watch(order);
    this.#holdOverdue();
    await reconciler.checkInFlight();
    // Nobody tells us of fills meanwhile.
    if (!this.streamUp && session.liveOrders().length > 0) await reconciler.catchUp();
  }

  /** Exposure of an unknown order stays reserved; what its symbol does next waits until it is known. */
  #holdOverdue(): void {
    const { resolver, holds, exchangeClock, session } = this.#parts;
    // What is known of them by now only waits for the books, and nothing is sent before that.
    if (session.standstill !== '') return;
    const overdue = resolver.olderThan(exchangeClock.quiescenceMs + OVERDUE_MS);
    if (overdue.length === 0) holds.lift(OVERDUE);
    else holds.hold(OVERDUE, new Set(overdue.map(({ order }) => order.intent.symbol)));
  }

  #tendJournal(): void {
    const { holds } = this.#parts;
    this.journal = this.#deps.journal.tend();
    const { reserveSpent, walBytes } = this.journal;
    if (reserveSpent) holds.hold(DISK_FULL);
    else {
      this.#holdOverdue();
      holds.lift(DISK_FULL);
    }
    if (this.isWalLarge)
      this.#deps.logger.error(
        { walBytes },
        'the write-ahead log grows: something keeps reading it',
      );
  }

  /** Called in the middle of a step: the hold is handled right after it, before anything else. */
  #journalTroubled(): void {
    try {
      this.#tendJournal();
    } catch (error) {
      this.#deps.logger.warn({ error: String(error) }, 'the journal could not be looked at');
    }
  }

  #standStill(words: string): void {
    const { desk, holds } = this.#parts;
    this.#deps.logger.error({}, words);
    this.#stoodStill = words;
    desk.revokeAll(words);
    holds.hold(STANDSTILL);
    this.schedule.hurry(STANDSTILL);
  }

  async #afterStandstill(): Promise<void> {
    const words = this.#stoodStill;
    if (words === '') return;
    const { exchangeClock, reconciler, holds } = this.#parts;
    await exchangeClock.measure();
    await reconciler.round();
    // A difference that may be a fill on its way must not let entries go until it is known to be none.
    if (reconciler.suspicious) {
      await this.#secondLook();
      await reconciler.round();
    }
    if (this.#stoodStill !== words) return;
    this.#stoodStill = '';
    // What else entries may wait for is looked at first: it may have passed, too, since that was last done.
    this.#holdOverdue();
    holds.lift(STANDSTILL);
  }

  #logHealth(): void {
    const health = readHealth(this.#deps, this.#parts, this);
    this.#deps.logger.info({ ...health }, 'health');
  }
}

function isRefusedExit({ state, intent }: OrderRecord): boolean {
  return state === 'REJECTED' && intent.purpose === 'exit';
}

/** What became of it is not known, or a cancel of it has not been answered: a late truth may have brought such an order back. */
function isOpenQuestion({ state, cancelRequested }: OrderRecord): boolean {
  return state === 'UNKNOWN' || (cancelRequested && state !== 'PLANNED');
}
