/**
 * One simulation: production's daemon against the exchange's engine in virtual time, everything from one seed. First chaos: orders,
 * faults, crashes. Then all faults heal, entries are paused, and it runs on until quiet; then it stops in order and the books are
 * compared. The first broken invariant ends it.
 */
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import type { StopMode } from '../../src/runtime/trader.ts';
import { formatAtoms } from '../../src/simulator/engine/amounts.ts';
import { Dice } from './dice.ts';
import { ACCOUNT, Disk, type DiskFolder, type Loss, type OpenDisk } from './disk.ts';
import { mayEndWith } from './endings.ts';
import { SimExchange } from './exchange.ts';
import type { FaultHost } from './faultKinds.ts';
import { drawPlan, FAULTS, isFaultId, type Fault, type FaultId } from './faults.ts';
import type { FeedWeather } from './feed.ts';
import { checkBooks } from './final.ts';
import { SECRET, type StreamWeather } from './gateway.ts';
import type { CrashPoint, DiceSet, Mutant } from './host.ts';
import { Operator } from './operator.ts';
import { SimProcess } from './process.ts';
import { FAIR_QUEUE, QueueServer } from './queue.ts';
import { pendingBusiness } from './quiet.ts';
import { Scheduler } from './scheduler.ts';
import { chooseStrategies, type StrategySet } from './specs.ts';
import { USUAL_IDS } from './switchedOff.ts';
import { Trace } from './trace.ts';
import { Violation } from './violation.ts';
import { Watch } from './watch.ts';
import { Network } from './wire.ts';

/** Market milliseconds per virtual millisecond: a one-minute bar every six seconds. */
const SPEED = 10;
/** Virtual time between two ticks of the markets; while nothing can see them, longer. */
const TICK_MS = 500;
const IDLE_TICK_MS = 5_000;
/** A stream that was cut off for longer than this has lost what was sent meanwhile. */
const STREAM_BUFFER_MS = 5_000;
/** Virtual time in which everything must be quiet again. */
const QUIET_MS_MAX = 240_000;
const STOP_MS_MAX = 60_000;

export interface SimulationOptions {
  readonly seed: number;
  readonly folder: DiskFolder;
  /** Faults that may happen; when absent all but those that are switched off. */
  readonly ids?: readonly FaultId[];
  /** Exactly these happen: a shrunk plan. */
  readonly plan?: readonly Fault[];
  /** Chaos ends after so many events, if its time is not over before. */
  readonly steps?: number;
  readonly mutant?: Mutant;
  /** Other strategies than the usual ones. */
  readonly strategies?: (seed: number, dice: Dice) => StrategySet;
  /** False: nobody switches anything before the end. */
  readonly isOperated?: boolean;
  readonly onLine?: (line: string) => void;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly steps: number;
  readonly virtualMs: number;
  readonly plan: readonly Fault[];
  readonly faults: ReadonlyMap<FaultId, number>;
  readonly transitions: ReadonlyMap<string, number>;
  readonly notes: ReadonlyMap<string, number>;
  readonly ordersSent: number;
  /** The last events in words. */
  readonly trace: readonly string[];
  readonly digest: number;
}

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const simulation = new Simulation(options);
  try {
    return await simulation.run();
  } finally {
    simulation.close();
  }
}

class Simulation implements FaultHost {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly wall = { offsetMs: 0 };
  readonly network: Network;
  readonly exchange: SimExchange;
  readonly queue: QueueServer;
  readonly disk: Disk;
  readonly streamWeather: StreamWeather = { isSilent: false, downs: 0, isShuffled: false };
  readonly feedWeather: FeedWeather = { isHalfOpen: false, silent: new Set(), turns: new Map() };
  readonly strategies: StrategySet;
  readonly dice: DiceSet;
  readonly watch: Watch;
  readonly mutant: Mutant;
  process: SimProcess | undefined;
  isHealing = false;
  #wasOpened = false;
  isRestored = false;
  readonly #operator = new Operator(this);
  readonly #options: SimulationOptions;
  readonly #plan: readonly Fault[];
  readonly #chaosMs: number;
  readonly #faults = new Map<FaultId, number>();
  readonly #mends = new Set<() => void>();
  readonly #crashes = new Map<CrashPoint, string>();
  #planLooks: ((order: ApprovedOrder) => boolean)[] = [];
  #streamTasks: (() => void)[] = [];
  readonly #living = new Set<SimProcess>();
  readonly #armed = new WeakSet<SimProcess>();
  readonly #logs: string[] = [];
  #violation: Violation | undefined;
  #processes = 0;
  #isStartDue = false;
  #refusal: 'corrupt' | 'account' | 'policy' | undefined;
  #isStopComplete = false;
  #isStill = false;
  /** The process that runs is told to stop for good. */
  #isLast = false;

  constructor(options: SimulationOptions) {
    const { seed } = options;
    const dice = (purpose: string): Dice => new Dice(seed, purpose);
    this.#options = options;
    this.dice = {
      stream: dice('stream'),
      feed: dice('feed'),
      faults: dice('faults'),
      host: dice('host'),
    };
    this.scheduler = new Scheduler(dice('scheduler'));
    this.trace = new Trace(() => this.scheduler.now);
    this.trace.onLine = options.onLine;
    this.#chaosMs = this.dice.host.between(40_000, 110_000);
    this.#plan =
      options.plan ?? drawPlan(this.dice.faults, options.ids ?? USUAL_IDS, this.#chaosMs);
    this.network = new Network(this.scheduler, dice('network'));
    this.queue = new QueueServer(this.scheduler, dice('queue'));
    this.disk = new Disk(options.folder, dice('ids'));
    this.disk.onOpen = (connection) => options.mutant?.opened?.(connection);
    this.exchange = new SimExchange({
      dice: dice('market'),
      now: () => this.scheduler.now,
      later: (delayMs, task) => {
        this.scheduler.after(delayMs, task);
      },
      speed: SPEED,
      feesInThirdAsset: this.#plan.some(({ id }) => id === 'R17'),
      triggers: this.dice.host.pick(['none', 'stop', 'oco'] as const),
    });
    this.network.outage = () => this.exchange.outage;
    this.strategies = (options.strategies ?? chooseStrategies)(seed, this.dice.host);
    this.mutant = options.mutant ?? {};
    this.watch = new Watch(this);
    this.exchange.onNews = (news, delayMs) => {
      this.watch.exchangeChanged();
      if (news.kind === 'fill') this.#countFill(news.row.order, news.row.timestamp);
      for (const process of this.#living) process.gateway.news(news, delayMs);
    };
  }

  async run(): Promise<SimulationResult> {
    this.#tick();
    this.#boot();
    for (const fault of this.#plan) this.scheduler.after(fault.atMs, () => this.#begin(fault));
    if (this.#options.isOperated !== false) this.#operator.start();
    await this.#runUntil(this.#chaosMs, this.#options.steps);
    this.#heal();
    await this.#settle();
    await this.#stopInOrder();
    if (!this.#violation) this.#checkEnd();
    return this.#result();
  }

  close(): void {
    for (const process of this.#living) process.alive = false;
    this.watch.closeReader();
    for (const mend of this.#mends) mend();
    this.disk.close();
  }

  // What injectors and processes call

  readonly hasOccurred = (id: string): boolean => isFaultId(id) && this.#faults.has(id);

  occurred(id: string): void {
    if (!isFaultId(id)) throw new Error(`no fault ${id}`);
    this.#faults.set(id, (this.#faults.get(id) ?? 0) + 1);
    this.trace.say(`fault ${id}: ${FAULTS[id].words}`);
  }

  until(afterMs: number, mend: () => void): void {
    const once = (): void => {
      if (!this.#mends.delete(once)) return;
      mend();
    };
    this.#mends.add(once);
    this.scheduler.after(afterMs, once);
  }

  crashAt(point: CrashPoint, fault: string): void {
    this.#crashes.set(point, fault);
  }

  isCrashDue(point: CrashPoint): boolean {
    const fault = this.#crashes.get(point);
    if (fault === undefined) return false;
    this.#crashes.delete(point);
    this.occurred(fault);
    return true;
  }

  restart(loss: Loss, between?: () => void): void {
    for (const process of [...this.#living]) this.kill(process, loss);
    between?.();
  }

  refuseBoot(problem: 'corrupt' | 'account' | 'policy'): void {
    if (this.#refusal === 'corrupt') return;
    this.#refusal = problem;
    if (problem === 'policy') this.queue.weather.evicts = true;
  }

  putBack(): void {
    this.disk.restore();
    this.isRestored = true;
    this.#refusal = undefined;
  }

  /** From here on the market stands still, so that both records end at the same fill. */
  quiet(): void {
    this.#isStill = this.#isLast;
  }

  secondDaemon(): void {
    if (this.process?.isRunning === true) this.#boot();
  }

  terminate(roll: number): void {
    const modes: readonly StopMode[] = ['keep-orders', 'cancel-orders', 'flatten'];
    if (this.process?.isRunning === true)
      this.process.stop(modes[Math.floor(roll * modes.length)] ?? 'keep-orders', 10_000);
  }

  reload(): void {
    return;
  }

  kill(process: SimProcess, loss: Loss): void {
    if (!process.alive) return;
    this.trace.say(`process ${process.number} ends (${loss})`);
    const isNewest = process === this.process;
    // Without power, or torn in the middle of a write, nobody else goes on with the file.
    const ending = loss === 'process' ? [process] : [...this.#living];
    for (const each of ending) this.#end(each);
    const survivor = isNewest ? [...this.#living].at(-1) : this.process;
    if (survivor?.alive === true) {
      this.disk.handTo(survivor.disk);
      this.process = survivor;
    } else {
      this.process = undefined;
      this.watch.closeReader();
      this.disk.crash(loss, this.dice.faults.roll());
      this.#startSoon();
    }
    for (const each of ending) each.disk.connection.close();
  }

  #end(process: SimProcess): void {
    process.alive = false;
    this.#living.delete(process);
    this.queue.detach(process);
  }

  processReady(process: SimProcess): void {
    if (!process.alive) return;
    this.trace.say(`process ${process.number} is armed`);
    this.#armed.add(process);
    this.isRestored = false;
    if (this.#refusal === 'policy' && this.queue.weather.evicts)
      this.violated(new Violation('I6', 'started on a queue that evicts keys'));
  }

  processFailed(process: SimProcess, error: Error): void {
    if (!process.alive) return;
    this.trace.say(`process ${process.number} fails: ${error.message}`);
    const { lockedSince = Infinity } = this.disk;
    const lockedMs = this.scheduler.now - lockedSince;
    if (!mayEndWith(error, { wasArmed: this.#armed.has(process), lockedMs }))
      this.violated(new Violation('I11', `the daemon ends by itself: ${error.message}`));
    this.#logs.push(error.message);
    if (error.message.startsWith('QUEUE_POLICY')) {
      this.queue.weather.evicts = false;
      this.#refusal = undefined;
    }
    this.kill(process, 'process');
  }

  processStopped(process: SimProcess, complete: boolean): void {
    this.trace.say(
      `process ${process.number} has stopped${complete ? '' : ', not everything was done'}`,
    );
    process.alive = false;
    this.#living.delete(process);
    if (process === this.process) this.process = undefined;
    this.watch.closeReader();
    this.#isStopComplete = complete;
    if (!this.#isLast) this.#startSoon();
  }

  logged(
    level: 'info' | 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, unknown>>,
  ): void {
    const line = `${message} ${JSON.stringify(fields)}`;
    this.#logs.push(line);
    if (level !== 'info') this.trace.say(`log ${level}: ${line}`);
  }

  violated(violation: Violation): void {
    if (this.#violation) return;
    this.#violation = violation;
    this.trace.say(violation.message);
  }

  whenPlanned(look: (order: ApprovedOrder) => boolean): void {
    this.#planLooks.push(look);
  }

  whenStreamOpens(task: () => void): void {
    this.#streamTasks.push(task);
  }

  isPlanned(...ids: readonly string[]): boolean {
    return this.#plan.some(({ id }) => ids.includes(id));
  }

  planned(order: ApprovedOrder): void {
    if (this.#planLooks.length > 0)
      this.#planLooks = this.#planLooks.filter((look) => !look(order));
  }

  streamOpened(): void {
    for (const task of this.#streamTasks.splice(0)) task();
  }

  // Phases

  async #runUntil(untilMs: number, steps = Infinity): Promise<void> {
    const last = this.scheduler.steps + steps;
    while (!this.#violation && this.scheduler.steps < last && this.scheduler.step(untilMs)) {
      await this.#drain();
      this.watch.afterEvent();
    }
  }

  /** Lets promises and inboxes run dry: nothing is left that real time would bring about. */
  async #drain(): Promise<void> {
    do {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    } while (this.#isInboxFull());
  }

  #isInboxFull(): boolean {
    for (const { trader, frozenUntil } of this.#living)
      if ((trader.parts?.inbox.depth ?? 0) > 0 && frozenUntil <= this.scheduler.now) return true;
    return false;
  }

  get hasBooks(): boolean {
    this.#wasOpened ||= this.process?.trader.parts !== undefined;
    return this.#wasOpened;
  }

  #heal(): void {
    this.trace.say('everything heals');
    this.isHealing = true;
    this.#crashes.clear();
    this.network.rules = [];
    for (const mend of [...this.#mends]) mend();
    Object.assign(this.queue.weather, FAIR_QUEUE);
    this.#refusal = this.#refusal === 'corrupt' ? this.#refusal : undefined;
  }

  /** Entries are paused; then every order must find its end or its rest. */
  async #settle(): Promise<void> {
    const frozenMs = [...this.#living].map(({ frozenUntil }) => frozenUntil - this.scheduler.now);
    const deadline = this.scheduler.now + QUIET_MS_MAX + Math.max(0, ...frozenMs);
    let business = this.#business();
    while (business !== '' && !this.#violation && this.scheduler.now < deadline) {
      await this.#runUntil(this.scheduler.now + 500);
      business = this.#business();
    }
    if (business !== '')
      this.violated(new Violation('I6', `not quiet after ${QUIET_MS_MAX} ms: ${business}`));
  }

  /** What is still under way, in words; a process that is up and takes entries is told to pause. */
  #business(): string {
    const session = this.process?.isRunning === true && this.process.trader.parts?.session;
    if (!session || this.#frozenMs() > 0) return 'no process is running';
    if (!session.state.paused) {
      session.control({ action: 'pause', reason: 'the simulation comes to its end' });
      return 'it was just paused';
    }
    this.#operator.look();
    return pendingBusiness(this);
  }

  /**
   * Not everything can be sold: what a restored journal has forgotten may be sold already, what the owner offers himself is locked; and
   * gone may be what an order sold about
   * which the exchange had lied, when it has less than the books, or such an order still rests there and holds what it sells.
   */
  get #isShort(): boolean {
    const { exchange, watch } = this;
    if (watch.forgotten.size > 0) return true;
    const { lies } = exchange.claims;
    // Coins that the owner offers himself are locked by his order.
    for (const { side, clientOrderId } of exchange.account.open.values())
      if (side === 'SELL' && !watch.reader.knows(clientOrderId)) return true;
    if (lies.size === 0) return false;
    for (const { side, clientOrderId } of exchange.account.open.values())
      if (side === 'SELL' && lies.has(clientOrderId)) return true;
    const bases = new Set(exchange.markets.map(({ instrument }) => instrument.base));
    return watch.reader
      .balances()
      .some(
        ({ asset, total }) => bases.has(asset) && total.gt(formatAtoms(exchange.totalOf(asset))),
      );
  }

  async #stopInOrder(): Promise<void> {
    const modes: readonly StopMode[] = ['keep-orders', 'cancel-orders', 'flatten'];
    const mode = this.#isShort ? 'keep-orders' : this.dice.host.pick(modes);
    if (this.#violation || !this.process) return;
    this.trace.say(`the operator stops it: ${mode}`);
    this.#isLast = true;
    this.process.stop(mode, STOP_MS_MAX);
    const deadline = this.scheduler.now + 2 * STOP_MS_MAX;
    while (!this.#isOver && this.scheduler.now < deadline)
      await this.#runUntil(this.scheduler.now + 500);
    if (!this.#isOver) this.violated(new Violation('I6', `${mode} did not end`));
    else if (!this.#isStopComplete) this.violated(new Violation('I6', `${mode} was not completed`));
  }

  /** Nothing runs any more, or nothing need run. */
  get #isOver(): boolean {
    return this.#violation !== undefined || this.process === undefined;
  }

  #checkEnd(): void {
    try {
      const { exchange, watch } = this;
      const isDisowned = watch.isDisowned.bind(watch);
      checkBooks({ exchange, reader: watch.reader, forgotten: watch.forgotten, isDisowned });
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.violated(error);
    }
    if (this.disk.contains(SECRET) || this.#logs.some((line) => line.includes(SECRET)))
      this.violated(new Violation('I10', 'the secret stands in the journal or in the log'));
  }

  #result(): SimulationResult {
    return {
      seed: this.#options.seed,
      violation: this.#violation,
      steps: this.scheduler.steps,
      virtualMs: this.scheduler.now,
      plan: this.#plan,
      faults: this.#faults,
      transitions: this.watch.transitions,
      notes: this.watch.notes,
      ordersSent: this.watch.ordersSent,
      trace: this.trace.last(),
      digest: this.trace.digest,
    };
  }

  // The machine

  #startSoon(): void {
    if (this.#isStartDue) return;
    this.#isStartDue = true;
    this.scheduler.after(this.dice.host.between(300, 3_000), () => {
      this.#isStartDue = false;
      this.#boot();
    });
  }

  #boot(): void {
    let disk: OpenDisk;
    try {
      disk = this.#openDisk();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.trace.say(`does not start: ${message}`);
      this.#bootRefused(message);
      this.#startSoon();
      return;
    }
    this.#processes += 1;
    const process = new SimProcess(this, this.#processes, disk);
    this.trace.say(`process ${process.number} starts`);
    this.#faults.set('C4', this.#processes);
    this.process = process;
    this.#living.add(process);
    process.start();
  }

  #openDisk(): OpenDisk {
    const isForeign = this.#refusal === 'account';
    const disk = this.disk.open(isForeign ? { ...ACCOUNT, account: 'somebody else' } : ACCOUNT);
    if (isForeign) this.violated(new Violation('I6', 'started with the books of another account'));
    if (this.#refusal === 'corrupt')
      this.violated(new Violation('I3', 'started on a damaged journal'));
    return disk;
  }

  #bootRefused(message: string): void {
    if (this.#refusal === 'corrupt' && message.startsWith('JOURNAL_CORRUPT')) {
      this.putBack();
    } else if (message.startsWith('JOURNAL_ACCOUNT')) this.#refusal = undefined;
  }

  #tick(): void {
    if (this.#isStill) return;
    const tickMs = this.#frozenMs() > IDLE_TICK_MS ? IDLE_TICK_MS : TICK_MS;
    for (const market of this.exchange.markets) {
      const events = market.tick(this.exchange.marketMs(), tickMs * SPEED);
      for (const process of this.#living) {
        if (process.frozenUntil <= this.scheduler.now + STREAM_BUFFER_MS)
          process.feed.publish(market.symbol, events);
      }
    }
    this.scheduler.after(tickMs, () => {
      this.#tick();
    });
  }

  /** How long the process stands still yet. */
  #frozenMs(): number {
    return Math.max(0, (this.process?.frozenUntil ?? 0) - this.scheduler.now);
  }

  #begin(fault: Fault): void {
    if (!this.isHealing) FAULTS[fault.id].begin(this, fault);
  }

  #lastFill = '';

  /** Several fills of one order in the same millisecond: pages of trades must not lose one. */
  #countFill(order: string, at: number): void {
    const key = `${order} ${at}`;
    if (key === this.#lastFill) this.#faults.set('R16', (this.#faults.get('R16') ?? 0) + 1);
    this.#lastFill = key;
    if (this.exchange.options.feesInThirdAsset)
      this.#faults.set('R17', (this.#faults.get('R17') ?? 0) + 1);
  }
}
