/** One daemon with its exchange and its queue, through a day: what happens to it, how it comes through, what it takes. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callDaemon } from '../../src/interface/daemon/controlClient.ts';
import type { StatusDocument } from '../../src/runtime/statusDocument.ts';
import { probedProgram, Project } from '../builders/daemon.ts';
import type { RedisServer } from '../builders/orderQueues.ts';
import { accountOf, differences, liveExchange, readBooks } from '../builders/world.ts';
import { isWholeSnapshot } from './heapGrowth.ts';
import { happening, type HappeningId } from './happenings.ts';
import { Processes } from './processes.ts';
import { readProcess, type Sample } from './samples.ts';
import { STRATEGIES } from './strategies.ts';

export interface LaneOptions {
  readonly name: string;
  readonly seed: number;
  /** Market seconds per second. */
  readonly speed: number;
  /** How long things last: 1 is the pace of life, 0.5 half as long. */
  readonly pace: number;
  readonly redis: RedisServer | undefined;
  readonly redisUrl: string | undefined;
  readonly heapSnapshots: boolean;
  /** Where the daemon's folder is copied to when something did not hold. */
  readonly out: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Happened {
  readonly id: HappeningId;
  /** Since the day began. */
  readonly seconds: number;
  /** From its end until everything traded again and the books were equal; null when they never were. */
  readonly recoverySeconds: number | null;
}

/** What a lane is left with. */
export interface LaneRecord {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Everything that did not hold, in words. */
  readonly violations: readonly string[];
  readonly happenings: readonly Happened[];
  readonly orders: number;
  readonly fills: number;
  /** Seconds at which lives were warm. */
  readonly warm: ReadonlyMap<number, number>;
  /** Paths, oldest first; empty in a day without. */
  readonly heapSnapshots: readonly string[];
}

/** `risk.stale_after`, and how long nothing happens between two happenings, at the pace of life. */
const STALE_AFTER_S = 30;
const CALM_S = 20;
const SAMPLE_MS = 5_000;
/** Generous: they only bound how long a failure takes, on a machine that has other things to do. */
const RECOVERY_MS_MAX = 300_000;
const SETTLE_MS_MAX = 300_000;
const SNAPSHOT_MS_MAX = 120_000;
const LOOK_MS = 500;

export class Lane {
  readonly #options: LaneOptions;
  readonly #project: Project;
  readonly #processes: Processes;
  readonly #probeFile: string;
  readonly #startedMs = performance.now();
  readonly #samples: Sample[] = [];
  readonly #violations: string[] = [];
  readonly #happened: Happened[] = [];
  readonly #warm = new Map<number, number>();
  /** What did not pass, and is not waited for again. */
  readonly #lasting = new Set<string>();
  #now = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LaneOptions) {
    const { name, seed, speed, redis, pace } = options;
    this.#options = options;
    const url = redis?.url ?? options.redisUrl;
    const env = url === undefined ? {} : { REDIS_URL: url };
    this.#project = new Project({ speed, seed, strategies: STRATEGIES, env });
    const lines = [
      ...['queue:', `  prefix: plimsoll-${name}-${process.pid}`, ''],
      ...['risk:', `  stale_after: ${Math.max(1, Math.ceil(STALE_AFTER_S * pace))}s`, ''],
    ];
    this.#project.edit('config/plimsoll.yaml', /risk:\n/u, lines.join('\n'));
    this.#probeFile = join(this.#project.folder, 'heap.json');
    const snapshots = options.heapSnapshots ? ['--heapsnapshot-signal=SIGUSR2'] : [];
    this.#processes = new Processes({
      ...{ project: this.#project, seed, speed, redis },
      program: probedProgram(this.#probeFile, snapshots),
      violated: (words) => this.#violated(words),
    });
  }

  async start(): Promise<void> {
    await this.#processes.exchange.start();
    this.#options.signal.throwIfAborted();
    await this.#processes.daemon.start();
    this.#timer = setInterval(
      () => this.#sample(),
      Math.min(SAMPLE_MS, SAMPLE_MS * this.#options.pace + LOOK_MS),
    );
    await this.#recovered('the first start');
  }

  /** Lets it happen, waits until everything trades again and the books are equal. */
  async happen(id: HappeningId): Promise<void> {
    const what = happening(id);
    const { pace, say, name } = this.#options;
    const beganSeconds = this.#seconds();
    this.#now = id;
    say(`${name}: ${what.words}`);
    await what.begin(this.#processes);
    await this.#wait(what.seconds * pace * 1_000);
    await what.end(this.#processes);
    this.#now = '';
    const endedMs = performance.now();
    const isWell = await this.#recovered(id);
    const recoverySeconds = isWell ? (performance.now() - endedMs) / 1_000 : null;
    this.#happened.push({ id, seconds: beganSeconds, recoverySeconds });
    await this.#wait(CALM_S * pace * 1_000);
  }

  /** From here on the memory of this process counts. */
  warm(): void {
    this.#warm.set(this.#processes.lives, this.#seconds());
  }

  /** Has the daemon write a heap snapshot, when the day is one with snapshots. */
  async snapshot(): Promise<void> {
    const { pid } = this.#processes;
    if (!this.#options.heapSnapshots || pid === undefined) return;
    const before = this.#snapshotFiles().length;
    process.kill(pid, 'SIGUSR2');
    const left = await this.#until(SNAPSHOT_MS_MAX, async () =>
      this.#snapshotFiles().length > before &&
      this.#snapshotFiles().every((file) => this.#isWhole(file))
        ? []
        : ['no heap snapshot was written'],
    );
    for (const words of left) this.#violated(words);
  }

  /** The end of the day: everything settles, the daemon is there, the books are equal; it stops in order, and they still are. */
  async finish(): Promise<LaneRecord> {
    this.#sample();
    clearInterval(this.#timer);
    if (this.#processes.pid === undefined) this.#violated('no daemon is there in the end');
    const idle = await this.#until(RECOVERY_MS_MAX, async () =>
      (readBooks(this.#project)?.fills.length ?? 0) > 0 ? [] : ['nothing was ever traded'],
    );
    for (const words of idle) this.#violated(words);
    const settled = await this.#processes.standstill(() =>
      this.#until(SETTLE_MS_MAX, async () => [...(await this.#differences()), ...this.#doubts()]),
    );
    for (const words of settled) this.#violated(`in the end: ${words}`);
    await this.#processes.stopBy(() => this.#project.run('stop', '--cancel-orders'));
    for (const words of await this.#differences()) this.#violated(`after the stop: ${words}`);
    for (const words of (await liveExchange(this.#project)).violations)
      this.#violated(`the exchange itself: ${words}`);
    return this.#record();
  }

  /** What there is when the day itself could not go on. */
  broken(error: unknown): LaneRecord {
    this.#violated(
      `the day could not go on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return this.#record();
  }

  #record(): LaneRecord {
    const { orders = [], fills = [] } = readBooks(this.#project) ?? {};
    return {
      ...{ name: this.#options.name, samples: this.#samples, happenings: this.#happened },
      ...{ violations: this.#violations, orders: orders.length, fills: fills.length },
      warm: this.#warm,
      heapSnapshots: this.#snapshotFiles().map((file) => this.#kept(file)),
    };
  }

  /** Ends every process of the lane. Keeps the snapshots, and the daemon's data when something did not hold. */
  async dispose(): Promise<void> {
    clearInterval(this.#timer);
    const { folder } = this.#project;
    for (const file of this.#snapshotFiles()) cpSync(join(folder, file), this.#kept(file));
    const filter = (path: string): boolean => !path.endsWith('.sock');
    if (this.#violations.length > 0)
      cpSync(join(folder, 'data'), this.#kept('data'), { recursive: true, filter });
    await this.#project.dispose();
  }

  /** Where a file of the daemon's folder is kept, beside the reports. */
  #kept(file: string): string {
    return join(this.#options.out, this.#options.name, file);
  }

  /** Oldest first: their names begin with the time. */
  #snapshotFiles(): string[] {
    return readdirSync(this.#project.folder)
      .filter((file) => file.endsWith('.heapsnapshot'))
      .toSorted();
  }

  /** V8 makes the file first and writes it last, bracket by bracket. */
  #isWhole(file: string): boolean {
    return isWholeSnapshot(join(this.#project.folder, file));
  }

  /** Waits until the daemon runs, sees every market, and its books are the exchange's. What was told before is not told again. */
  async #recovered(after: string): Promise<boolean> {
    const left = await this.#until(RECOVERY_MS_MAX, async () => {
      const troubles = [...(await this.#troubles()), ...(await this.#differences())];
      return troubles.filter((words) => !this.#lasting.has(words));
    });
    for (const words of left) {
      this.#lasting.add(words);
      this.#violated(`after ${after}: ${words}`);
    }
    return left.length === 0;
  }

  async #troubles(): Promise<string[]> {
    // Asked directly: a command would be a process of its own at every look.
    const status = await callDaemon({ socket: this.#project.socket, method: 'status' });
    const { state, state_reason: reason, exchange, queue } = status as StatusDocument;
    return [
      ...(state === 'running' && reason === '' ? [] : [`the daemon is ${state}: ${reason}`]),
      ...exchange.markets.filter(({ stale }) => stale).map(({ symbol }) => `${symbol} is stale`),
      ...exchange.markets.flatMap(({ symbol, halted }) =>
        halted === null ? [] : [`${symbol} is halted: ${halted}`],
      ),
      ...(queue.trouble === null ? [] : [`the queue: ${queue.trouble}`]),
    ];
  }

  async #differences(): Promise<string[]> {
    const books = readBooks(this.#project);
    if (!books) return ['there are no books'];
    return differences(books, accountOf(await liveExchange(this.#project)));
  }

  #doubts(): string[] {
    const { orders = [] } = readBooks(this.#project) ?? {};
    return orders
      .filter(({ state }) => state === 'UNKNOWN')
      .map(({ client_order_id: id }) => `${id} is still unknown`);
  }

  /** Looks until nothing is left, or the time is over. @returns what was left */
  async #until(
    limitMs: number,
    look: () => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const end = performance.now() + limitMs;
    for (;;) {
      const left = await look().catch((error: unknown) => [String(error)]);
      if (left.length === 0 || performance.now() > end) return left;
      await this.#wait(LOOK_MS);
    }
  }

  #sample(): void {
    const { pid, lives } = this.#processes;
    const read = pid === undefined ? undefined : readProcess(pid, this.#probeFile);
    if (read)
      this.#samples.push({ seconds: this.#seconds(), life: lives, ...read, happening: this.#now });
  }

  /** @throws AbortError when the day is ended meanwhile */
  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#options.signal });
  }

  #violated(words: string): void {
    this.#violations.push(`${this.#seconds().toFixed(0)} s: ${words}`);
    this.#options.say(`${this.#options.name}: DID NOT HOLD: ${words}`);
  }

  #seconds(): number {
    return (performance.now() - this.#startedMs) / 1_000;
  }
}
