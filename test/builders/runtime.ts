/** A session with a scripted gateway, for tests of the runtime. */
import { ManualClock } from '../../src/adapters/clock/manualClock.ts';
import { memoryJournal } from '../../src/adapters/memory/journal.ts';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import type { OrderRecord, Proposal } from '../../src/core/domain/order.ts';
import type {
  CancelOutcome,
  ExchangeGateway,
  LastLook,
  LookupOutcome,
  PairOutcome,
  PlaceOutcome,
} from '../../src/ports/exchangeGateway.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { OrderQueue, QueueJob, QueueStats, Urgency } from '../../src/ports/orderQueue.ts';
import { Commands } from '../../src/runtime/commands.ts';
import { OrderDesk } from '../../src/runtime/orderDesk.ts';
import { Permits } from '../../src/runtime/permits.ts';
import { Session } from '../../src/runtime/session.ts';
import { Sweeper } from '../../src/runtime/sweeper.ts';
import { aCandle, aControl, anEngine, BUY, type Bench, type ScriptedStrategy } from './engine.ts';

export const QUIET: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => QUIET,
};

/** Answers what the test says, and counts what it was asked. */
export class ScriptedGateway implements Pick<
  ExchangeGateway,
  'place' | 'placePair' | 'cancel' | 'lookup' | 'timing'
> {
  readonly timing = { lifetimeMs: 5_000, readLagMs: 5_000 };
  readonly calls: string[] = [];
  placing: PlaceOutcome | Promise<PlaceOutcome> = { kind: 'unknown', message: 'not scripted' };
  pairing: PairOutcome = {
    stop: { kind: 'unknown', message: 'not scripted' },
    target: { kind: 'unknown', message: 'not scripted' },
  };
  cancelling: CancelOutcome = { kind: 'unknown', message: 'not scripted' };
  lookingUp: LookupOutcome = { kind: 'failed', message: 'not scripted' };

  /** Runs between the call and the last look: a wait for the rate budget. */
  wait: () => Promise<void> | void = () => undefined;

  async place(_order: unknown, look?: LastLook): Promise<PlaceOutcome> {
    await this.wait();
    const message = look?.() ?? '';
    if (message !== '') return { kind: 'withheld', message };
    this.calls.push('place');
    return this.placing;
  }

  async placePair(_pair: unknown, look?: LastLook): Promise<PairOutcome> {
    await this.wait();
    const message = look?.() ?? '';
    const held = { kind: 'withheld', message } as const;
    if (message !== '') return { stop: held, target: held };
    this.calls.push('placePair');
    return this.pairing;
  }

  async cancel(_order: unknown, look?: LastLook): Promise<CancelOutcome> {
    await this.wait();
    const message = look?.() ?? '';
    if (message !== '') return { kind: 'withheld', message };
    this.calls.push('cancel');
    return this.cancelling;
  }

  lookup(): Promise<LookupOutcome> {
    this.calls.push('lookup');
    return Promise.resolve(this.lookingUp);
  }
}

/** The journal with some calls replaced. */
export function overriding(journal: Journal, changes: Partial<Journal>): Journal {
  return {
    recover: () => journal.recover(),
    caughtUp: () => journal.caughtUp(),
    commit: (step) => journal.commit(step),
    assertOurs: () => journal.assertOurs(),
    hasFill: (fill) => journal.hasFill(fill),
    findOrder: (key) => journal.findOrder(key),
    tend: () => journal.tend(),
    spendReserve: () => journal.spendReserve(),
    close: () => journal.close(),
    ...changes,
  };
}

/** A queue that holds what it is given until the test hands it on. */
export class HeldQueue implements OrderQueue {
  readonly backend = 'redis';
  /** Jobs in order of arrival, with how urgent they were. */
  jobs: { readonly job: QueueJob; readonly urgency: Urgency }[] = [];
  /** Why nothing is accepted; undefined while everything is. */
  trouble: Error | undefined;
  /** What `stats` says waits, when it is not what the queue holds. */
  says: number | undefined;
  #handler: (job: QueueJob) => Promise<void> = () => Promise.resolve();

  start(handler: (job: QueueJob) => Promise<void>): Promise<void> {
    this.#handler = handler;
    return Promise.resolve();
  }

  enqueue(job: QueueJob, urgency: Urgency): Promise<void> {
    if (this.trouble) return Promise.reject(this.trouble);
    this.jobs.push({ job, urgency });
    return Promise.resolve();
  }

  /** Hands everything on that it holds. */
  async deliver(): Promise<void> {
    for (const { job } of this.jobs.splice(0)) await this.#handler(job);
  }

  stats(): Promise<QueueStats> {
    if (this.trouble) return Promise.reject(this.trouble);
    const waiting = this.says ?? this.jobs.length;
    return Promise.resolve({ waiting, active: 0, failed: 0, warning: '' });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Desk {
  readonly session: Session;
  readonly strategy: ScriptedStrategy;
  readonly journal: Journal;
  readonly clock: ManualClock;
  readonly gateway: ScriptedGateway;
  readonly desk: OrderDesk;
  readonly sweeper: Sweeper;
  readonly queue: HeldQueue;
  /** Exchange clock minus ours, as measured. */
  readonly offset: { ms: number };
  /** Orders handed to the resolver. */
  readonly doubted: OrderRecord[];
  /** Codes of notes, in order. */
  readonly noted: string[];
  /** Has the strategy place a buy on the n-th bar. */
  buy(n: number, proposal?: Proposal): OrderRecord;
}

const ORDER_TTL_MS = 5_000;

export function aDesk(
  change: (journal: Journal) => Journal = (journal) => journal,
  { state, strategy }: Bench = anEngine(),
  orderTtlMs = ORDER_TTL_MS,
): Desk {
  const clock = new ManualClock(0);
  const journal = change(memoryJournal(createMemoryStore()));
  journal.recover();
  const gateway = new ScriptedGateway();
  const session = new Session({ state, journal, clock, logger: QUIET, orderTtlMs });
  const doubted: OrderRecord[] = [];
  const noted: string[] = [];
  const offset = { ms: 0 };
  const queue = new HeldQueue();
  const permits = new Permits({ clock, orderTtlMs, offsetMs: () => offset.ms });
  const resolve = (order: OrderRecord): void => void doubted.push(order);
  const outlets = { queue, clock, logger: QUIET };
  const desk = new OrderDesk({ ...outlets, session, gateway, permits, resolve });
  const sweeper = new Sweeper({ ...outlets, desk });
  const nothing = (): Promise<void> => Promise.resolve();
  const commands = new Commands({
    session,
    desk,
    logger: QUIET,
    intake: { backfill: nothing },
    reconciler: { fetchFills: nothing },
  });
  session.onStep(({ notes }) => noted.push(...notes.map(({ code }) => code)));
  session.onCommand((command) => {
    commands.carryOut(command);
  });
  void queue.start((job) => desk.handle(job));
  session.dispatch(aControl('arm'));
  const buy = (n: number, proposal: Proposal = BUY): OrderRecord => {
    strategy.onNextBar = (context) => {
      context.place(proposal);
    };
    session.dispatch(aCandle(n, 100));
    const order = session.liveOrders().at(-1);
    if (!order) throw new Error('no order was made');
    return order;
  };
  return {
    ...{ session, strategy, journal, clock, gateway, desk, sweeper, queue, offset },
    ...{ doubted, noted, buy },
  };
}
