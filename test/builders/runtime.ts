/** A session with a scripted gateway, for tests of the runtime. */
import { ManualClock } from '../../src/adapters/clock/manualClock.ts';
import { memoryJournal } from '../../src/adapters/memory/journal.ts';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import type { OrderRecord } from '../../src/core/domain/order.ts';
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
import type { QueueJob } from '../../src/ports/orderQueue.ts';
import { Executor } from '../../src/runtime/executor.ts';
import { Session } from '../../src/runtime/session.ts';
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
  'place' | 'placePair' | 'cancel' | 'lookup'
> {
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
    commit: (step) => journal.commit(step),
    beginSend: (intentIds, nowMs) => journal.beginSend(intentIds, nowMs),
    finish: (job) => journal.finish(job),
    pending: (beforeMs, limit) => journal.pending(beforeMs, limit),
    assertOurs: () => journal.assertOurs(),
    hasFill: (fill) => journal.hasFill(fill),
    findOrder: (key) => journal.findOrder(key),
    tend: () => journal.tend(),
    spendReserve: () => journal.spendReserve(),
    close: () => journal.close(),
    ...changes,
  };
}

export interface Desk {
  readonly session: Session;
  readonly strategy: ScriptedStrategy;
  readonly journal: Journal;
  readonly clock: ManualClock;
  readonly gateway: ScriptedGateway;
  readonly executor: Executor;
  /** Orders handed to the resolver. */
  readonly doubted: OrderRecord[];
  /** Jobs the session's commands stand for. */
  readonly jobs: QueueJob[];
  /** Has the strategy place a buy on the n-th bar. */
  buy(n: number): OrderRecord;
}

export const ORDER_TTL_MS = 1_000;

export function aDesk(
  change: (journal: Journal) => Journal = (journal) => journal,
  { state, strategy }: Bench = anEngine(),
): Desk {
  const clock = new ManualClock(0);
  const journal = change(memoryJournal(createMemoryStore()));
  journal.recover();
  const gateway = new ScriptedGateway();
  const session = new Session({ state, journal, clock, logger: QUIET, orderTtlMs: ORDER_TTL_MS });
  const doubted: OrderRecord[] = [];
  const jobs: QueueJob[] = [];
  const executor = new Executor({
    session,
    journal,
    gateway,
    clock,
    logger: QUIET,
    resolve: (order) => doubted.push(order),
  });
  session.onCommand((command) => {
    if (command.kind === 'place') jobs.push({ kind: 'place', ...pick(command.order) });
    if (command.kind === 'cancel') jobs.push({ kind: 'cancel', ...pick(command) });
  });
  session.dispatch(aControl('arm'));
  const buy = (n: number): OrderRecord => {
    strategy.onNextBar = (context) => {
      context.place(BUY);
    };
    session.dispatch(aCandle(n, 100));
    const job = jobs.at(-1);
    const order = job && session.order(job.intentId);
    if (!order) throw new Error('no order was made');
    return order;
  };
  return { session, strategy, journal, clock, gateway, executor, doubted, jobs, buy };
}

function pick({
  intentId,
  symbol,
}: QueueJob | { intentId: QueueJob['intentId']; symbol: QueueJob['symbol'] }) {
  return { intentId, symbol };
}
