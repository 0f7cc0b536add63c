/**
 * Planted bugs: each breaks one rule of the order protocol through a port or a hand in the parts, and the simulation must notice,
 * by the invariant that is named here. They keep the oracle honest; nothing in src knows of them.
 */
import { ZERO } from '../../src/core/domain/decimal.ts';
import { liveGuards } from '../../src/core/engine/waiting.ts';
import { makeDust } from '../../src/core/ledger/ledger.ts';
import { exchangeOrderId, tradeId } from '../../src/core/domain/ids.ts';
import type { Balance, Fill } from '../../src/core/domain/fill.ts';
import type {
  CancelOutcome,
  ExchangeGateway,
  LastLook,
  OrderRef,
} from '../../src/ports/exchangeGateway.ts';
import type { Journal, StepRecord } from '../../src/ports/journal.ts';
import { jobOf } from '../../src/runtime/hints.ts';
import { orderRef } from '../../src/runtime/orderRef.ts';
import type { Permit } from '../../src/runtime/permits.ts';
import type { FaultId } from './faults.ts';
import type { Host, Mutant, ProcessView } from './host.ts';
import type { InvariantId } from './violation.ts';

export interface PlantedBug {
  readonly words: string;
  /** Any of these may be the first to notice. */
  readonly caughtBy: readonly InvariantId[];
  /** Faults that bring it to light sooner than all of them together would. */
  readonly ids: readonly FaultId[];
  /** A seed that brings it to light, or is shortly before one that does. */
  readonly firstSeed: number;
  /** Made anew for every run. */
  readonly make: () => Mutant;
}

/** The gateway with some calls replaced. */
function gatewayWith(gateway: ExchangeGateway, changes: Partial<ExchangeGateway>): ExchangeGateway {
  return {
    timing: gateway.timing,
    instruments: (symbols) => gateway.instruments(symbols),
    place: (order, look) => gateway.place(order, look),
    placePair: (pair, look) => gateway.placePair(pair, look),
    cancel: (ref, look) => gateway.cancel(ref, look),
    lookup: (ref) => gateway.lookup(ref),
    openOrders: (symbols) => gateway.openOrders(symbols),
    fills: (symbol, since) => gateway.fills(symbol, since),
    balances: () => gateway.balances(),
    clockOffsetMs: () => gateway.clockOffsetMs(),
    permissions: () => gateway.permissions(),
    open: (sink) => gateway.open(sink),
    close: () => gateway.close(),
    ...changes,
  };
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    words: 'a permit survives its use',
    caughtBy: ['I1'],
    ids: ['Q4', 'Q2'],
    firstSeed: 1,
    make: () => ({ started: keepingPermits }),
  },
  {
    words: 'a permit is made again at boot',
    caughtBy: ['I1', 'I7'],
    ids: ['P2', 'P3', 'P4'],
    firstSeed: 1,
    make: () => ({ started: permittingAgain }),
  },
  {
    words: 'an eaten permit has no end',
    caughtBy: ['I6'],
    ids: ['Q10'],
    firstSeed: 1,
    make: () => ({
      started: ({ trader }) => {
        if (trader.parts) trader.parts.desk.tidy = () => undefined;
      },
    }),
  },
  {
    words: 'an exit waits for the lock of its symbol',
    caughtBy: ['I13'],
    ids: ['R4', 'R3'],
    firstSeed: 1,
    make: lockingSymbols,
  },
  {
    words: 'the sweeper knows no back-off and does not ask what is missing',
    caughtBy: ['I11'],
    ids: ['Q8', 'Q1'],
    firstSeed: 1,
    make: () => ({ started: sweepingBlindly }),
  },
  {
    words: 'a cancel job of an earlier run is obeyed',
    caughtBy: ['I6'],
    ids: ['Q11', 'P4'],
    firstSeed: 1,
    make: () => ({ started: obeyingEverything }),
  },
  {
    words: 'the executions of an answer are counted after its end',
    caughtBy: ['I2'],
    ids: ['R1'],
    firstSeed: 1,
    make: () => ({ started: endingFirst }),
  },
  {
    words: 'the last look is taken before the wait for the rate budget',
    caughtBy: ['I8', 'I9', 'I7', 'I5'],
    ids: ['R20', 'C3', 'P9'],
    firstSeed: 1,
    make: () => ({
      gateway: (gateway) => {
        const early = (look: LastLook | undefined): LastLook => {
          const word = look?.() ?? '';
          return () => word;
        };
        return gatewayWith(gateway, {
          place: (order, look) => gateway.place(order, early(look)),
          placePair: (pair, look) => gateway.placePair(pair, early(look)),
          cancel: (ref, look) => gateway.cancel(ref, early(look)),
        });
      },
    }),
  },
  {
    words: 'resend on timeout',
    caughtBy: ['I1'],
    ids: ['R1', 'R4', 'R5'],
    firstSeed: 1,
    make: () => ({
      gateway: (gateway) =>
        gatewayWith(gateway, {
          place: async (order, look) => {
            const outcome = await gateway.place(order, look);
            return outcome.kind === 'unknown' ? gateway.place(order, look) : outcome;
          },
        }),
    }),
  },
  {
    words: 'a failed query is taken as not found',
    caughtBy: ['I5', 'I2'],
    ids: ['R15'],
    firstSeed: 4,
    make: () => ({
      gateway: (gateway) =>
        gatewayWith(gateway, {
          lookup: async (ref) => {
            const outcome = await gateway.lookup(ref);
            return outcome.kind === 'failed' ? { kind: 'absent', places: ['a', 'b'] } : outcome;
          },
        }),
    }),
  },
  {
    words: 'a fill is counted twice',
    caughtBy: ['I2'],
    ids: ['W4'],
    firstSeed: 1,
    make: () => ({ journal: (journal) => ({ ...journal, hasFill: () => false }) }),
  },
  {
    words: 'the exposure of an unknown order is forgotten',
    caughtBy: ['I5'],
    ids: ['R1', 'R2', 'R4', 'R5', 'R7'],
    firstSeed: 5,
    make: () => ({ started: forgetUnknown }),
  },
  {
    words: 'the epoch check is dropped',
    caughtBy: ['I7'],
    ids: ['P9', 'W3'],
    firstSeed: 1,
    make: () => ({ journal: unfenced }),
  },
  {
    words: 'the plan is committed after its order was sent',
    caughtBy: ['I7'],
    ids: ['R1'],
    firstSeed: 1,
    make: committingLate,
  },
  {
    words: 'synchronous=NORMAL instead of FULL',
    caughtBy: ['I7'],
    ids: ['D4'],
    firstSeed: 1,
    make: () => ({
      opened: (connection) => {
        connection.pragma('synchronous = NORMAL');
      },
    }),
  },
  {
    words: 'a stop is not re-established after a restart',
    caughtBy: ['I12'],
    ids: ['P7', 'P10'],
    firstSeed: 2,
    make: () => ({ started: withoutGuards }),
  },
  {
    words: 'a cancel’s "not found" is taken as cancelled',
    caughtBy: ['I2'],
    ids: ['R12', 'R13', 'W1', 'W7'],
    firstSeed: 9,
    make: () => ({
      gateway: (gateway) =>
        gatewayWith(gateway, {
          cancel: async (ref, look) => asCancelled(ref, await gateway.cancel(ref, look)),
        }),
    }),
  },
  {
    words: 'reconciliation adopts what is adopted already',
    caughtBy: ['I2'],
    ids: ['W3'],
    firstSeed: 1,
    make: () => ({
      gateway: (gateway) =>
        gatewayWith(gateway, {
          fills: async (symbol, since) => {
            const { rows, ...rest } = await gateway.fills(symbol, since);
            const again = rows.map((fill) => ({
              ...fill,
              tradeId: tradeId(`again ${fill.tradeId}`),
            }));
            return { rows: again, ...rest };
          },
        }),
    }),
  },
  {
    words: 'a partial fill and then a cancel free the whole reservation',
    caughtBy: ['I5'],
    ids: ['R13', 'R19'],
    firstSeed: 8,
    make: () => ({ started: freeWhenCancelled }),
  },
  {
    words: 'an execution that comes before its acknowledgement is dropped',
    caughtBy: ['I2'],
    ids: ['R1', 'W4'],
    firstSeed: 1,
    make: () => ({ gateway: deafBeforeAck }),
  },
  {
    words: 'a guard that is too small is kept',
    caughtBy: ['I12'],
    ids: [],
    firstSeed: 2,
    make: () => ({ started: keepSmallGuards }),
  },
  {
    words: 'what a sale in part leaves is called dust, however much it is',
    caughtBy: ['I16'],
    ids: [],
    firstSeed: 1,
    make: () => ({ started: callingAllDust }),
  },
  {
    words: 'balances of the past halt a symbol',
    caughtBy: ['I15'],
    ids: [],
    firstSeed: 9,
    make: believingOnce,
  },
];

/** An order that has traded in part and is to be cancelled counts as ended at once. */
function freeWhenCancelled({ trader }: ProcessView): void {
  const session = trader.parts?.session;
  session?.onStep(({ orders }) => {
    for (const { intent, state, filled } of orders)
      if (state === 'CANCELLING' && filled.gt(0)) session.state.book.release(intent.intentId);
  });
}

/** What the stream tells of an order before the exchange has acknowledged it goes unheard. */
function deafBeforeAck(gateway: ExchangeGateway, process: ProcessView): ExchangeGateway {
  const isEarly = ({ clientOrderId }: Fill): boolean =>
    process.trader.parts?.session
      .liveOrders()
      .some(
        ({ intent, exchangeOrderId }) =>
          intent.clientOrderId === clientOrderId && exchangeOrderId === undefined,
      ) === true;
  return gatewayWith(gateway, {
    open: (sink) =>
      gateway.open({
        ...sink,
        fill: (fill) => {
          if (!isEarly(fill)) sink.fill(fill);
        },
      }),
  });
}

/** A guard that sells less than is held stays as it is. */
function keepSmallGuards({ trader }: ProcessView): void {
  for (const runtime of trader.parts?.session.state.strategies.values() ?? []) {
    const isTooSmall = (): boolean =>
      liveGuards(runtime).some(({ intent }) => intent.amount.lt(runtime.holding.position.amount));
    pretend(runtime.guard, 'retryAt', (real) => (isTooSmall() ? Number.MAX_SAFE_INTEGER : real));
    // Nor is it told of: to a bot that keeps it, it is as it should be.
    pretend(runtime.guard, 'exposedSince', (real) =>
      isTooSmall() && real > 0 ? Number.MAX_SAFE_INTEGER : real,
    );
  }
}

/** From here on a number is read as another one. */
function pretend<Name extends string>(
  of: Record<Name, number>,
  name: Name,
  as: (real: number) => number,
): void {
  let real: number = of[name];
  Object.defineProperty(of, name, {
    get: () => as(real),
    set: (value: number) => {
      real = value;
    },
  });
}

/** After every sale the rest of the position is dust, whether it could be sold or not. */
function callingAllDust({ trader }: ProcessView): void {
  const session = trader.parts?.session;
  session?.onStep(({ fills }) => {
    for (const { fill, strategyId } of fills) {
      const holding = session.state.strategies.get(strategyId)?.holding;
      if (fill.side === 'sell' && holding?.position.amount.gt(0) === true) makeDust(holding);
    }
  });
}

/** Balances are asked for once and believed for ever. */
function believingOnce(): Mutant {
  let first: Promise<readonly Balance[]> | undefined;
  return {
    gateway: (gateway) => gatewayWith(gateway, { balances: () => (first ??= gateway.balances()) }),
  };
}

function forgetUnknown({ trader }: ProcessView): void {
  const session = trader.parts?.session;
  session?.onStep(({ transitions }) => {
    for (const { intentId, to } of transitions)
      if (to === 'UNKNOWN') session.state.book.release(intentId);
  });
}

/** Writes with whatever epoch is the newest. */
function unfenced(journal: Journal, _process: ProcessView, { disk }: Host): Journal {
  const orNewest = <Value>(work: (journal: Journal) => Value): Value => {
    try {
      return work(journal);
    } catch (error) {
      const newest = disk.journal;
      if (!newest || !(error instanceof Error) || !error.message.startsWith('JOURNAL_FENCED'))
        throw error;
      return work(newest);
    }
  };
  return {
    ...journal,
    commit: (step) => {
      orNewest((it) => {
        it.commit(step);
      });
    },
    assertOurs: () => {
      orNewest((it) => {
        it.assertOurs();
      });
    },
    hasFill: (fill) => orNewest((it) => it.hasFill(fill)),
    findOrder: (key) => orNewest((it) => it.findOrder(key)),
  };
}

/** Steps that plan orders wait for the answer to one of them, and with them every later one. */
function committingLate(): Mutant {
  const late: StepRecord[] = [];
  let commit: ((step: StepRecord) => void) | undefined;
  const commitNow = (): void => {
    for (const step of late.splice(0)) commit?.(step);
  };
  return {
    journal: (journal) => {
      commit = (step) => {
        journal.commit(step);
      };
      return {
        ...journal,
        commit: (step) => {
          if (step.intents.length > 0) late.push(copied(step));
          else {
            commitNow();
            journal.commit(step);
          }
        },
      };
    },
    gateway: (gateway) =>
      gatewayWith(gateway, {
        place: async (order, look) => {
          const outcome = await gateway.place(order, look);
          commitNow();
          return outcome;
        },
      }),
  };
}

/** The engine uses its lists again, and goes on with its orders. */
function copied(step: StepRecord): StepRecord {
  const { intents, changes, fills, positions, balances, transfers, notes } = step;
  return {
    ...step,
    intents: [...intents],
    orders: step.orders.map((order) => ({ ...order })),
    changes: [...changes],
    fills: [...fills],
    positions: [...positions],
    balances: [...balances],
    transfers: [...transfers],
    strategies: step.strategies.map(({ id, state }) => ({ id, state })),
    notes: [...notes],
  };
}

/** The second run and every later one never gets round to placing a guard, and does not notice how long it has been without. */
function withoutGuards({ number, trader }: ProcessView): void {
  const state = trader.parts?.session.state;
  if (number === 1 || !state) return;
  for (const runtime of state.strategies.values()) {
    const retryAt = (): number => (liveGuards(runtime).length > 0 ? 0 : Number.MAX_SAFE_INTEGER);
    Object.defineProperties(runtime.guard, {
      retryAt: { get: retryAt, set: () => undefined },
      exposedSince: { get: () => state.now, set: () => undefined },
    });
  }
}

function asCancelled(ref: OrderRef, outcome: CancelOutcome): CancelOutcome {
  if (outcome.kind !== 'notFound') return outcome;
  const { symbol, clientOrderId } = ref;
  const id = ref.exchangeOrderId ?? exchangeOrderId('none');
  const report = { symbol, clientOrderId, exchangeOrderId: id, at: 0, fills: [] };
  return { kind: 'cancelled', report: { ...report, status: 'canceled', filled: ZERO } };
}

/** Whoever asks a second time gets the permit again, with the order as it was when it was made. */
function keepingPermits({ trader }: ProcessView): void {
  const permits = trader.parts?.desk.permits;
  if (!permits) return;
  const kept = new Map<string, Permit>();
  const take = permits.take.bind(permits);
  permits.take = (intentId) => {
    const taken = take(intentId);
    const orders = taken?.orders.map((order) => ({ ...order }));
    if (taken && orders)
      for (const { intent } of orders) kept.set(intent.intentId, { ...taken, orders });
    return taken ?? kept.get(intentId);
  };
}

/** What the last run had planned gets a permit of this one. */
function permittingAgain({ trader }: ProcessView, { scheduler }: Host): void {
  const parts = trader.parts;
  if (!parts) return;
  const { desk, session } = parts;
  for (const order of session.liveOrders()) {
    if (order.state !== 'UNKNOWN' || order.intent.pairId !== undefined) continue;
    desk.permits.grant([{ ...order, state: 'PLANNED' }]);
    scheduler.after(2_000, () => void desk.due(order.intent.intentId));
  }
}

/** One order at a time per symbol, exits behind entries. */
function lockingSymbols(): Mutant {
  const tails = new Map<string, Promise<unknown>>();
  return {
    gateway: (gateway) =>
      gatewayWith(gateway, {
        place: (order, look) => {
          const before = tails.get(order.symbol) ?? Promise.resolve();
          const placing = before.then(() => gateway.place(order, look));
          tails.set(
            order.symbol,
            placing.catch(() => undefined),
          );
          return placing;
        },
      }),
  };
}

function sweepingBlindly({ trader }: ProcessView): void {
  const { parts, deps } = trader;
  if (!parts) return;
  const { sweeper, desk } = parts;
  sweeper.sweep = () => {
    desk.tidy();
    for (const { orders } of desk.permits.untaken()) {
      const [order] = orders;
      if (!order || !deps.queue) continue;
      sweeper.redriven += 1;
      desk.hints.enqueue(deps.queue, jobOf(order, 'place'), 'entry');
    }
    return Promise.resolve();
  };
}

/** What came with an answer goes in when the order has ended without it. */
function endingFirst({ trader }: ProcessView): void {
  const session = trader.parts?.session;
  if (!session) return;
  const report = session.report.bind(session);
  session.report = (answer) => {
    const { fills } = answer;
    report(fills.length === 0 ? answer : { ...answer, filled: ZERO, fills: [] });
    for (const fill of fills) session.fill(fill);
  };
}

function obeyingEverything({ trader, gateway }: ProcessView): void {
  const parts = trader.parts;
  if (!parts) return;
  const { desk, session } = parts;
  const handle = desk.handle.bind(desk);
  desk.handle = async (job) => {
    const order = session.order(job.intentId);
    if (job.kind === 'cancel' && order?.exchangeOrderId !== undefined)
      await gateway.cancel(orderRef(order));
    else await handle(job);
  };
}
