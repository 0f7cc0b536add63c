/** A session in event time over any gateway: memory journal, no queue; everything else as live. */
import { ManualClock } from '../adapters/clock/manualClock.ts';
import { memoryJournal } from '../adapters/memory/journal.ts';
import { createMemoryStore, ordersBySequence } from '../adapters/memory/store.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import { keepSignalsOfReaders, type EngineState } from '../core/engine/state.ts';
import type { RiskLimits } from '../core/risk/limits.ts';
import type { ExchangeGateway } from '../ports/exchangeGateway.ts';
import type { Journal } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import { boot } from '../runtime/boot.ts';
import { Commands } from '../runtime/commands.ts';
import { OrderDesk } from '../runtime/orderDesk.ts';
import { Permits } from '../runtime/permits.ts';
import { Session } from '../runtime/session.ts';
import type { WiredStrategy } from './strategyOf.ts';

/** Notes kept: nobody asks for them. Those that are let go of early cost the garbage collector nothing. */
const NOTES_MAX = 100;

export interface SessionWiring {
  readonly strategies: readonly WiredStrategy[];
  readonly gateway: ExchangeGateway;
  readonly limits: RiskLimits;
  readonly logger: Logger;
}

interface EngineWiring extends Pick<SessionWiring, 'gateway' | 'logger'> {
  readonly state: EngineState;
  readonly journal: Journal;
}

export interface WiredSession {
  readonly session: Session;
  readonly journal: Journal;
  /** Every order that was decided, in that order. */
  readonly orders: () => readonly OrderRecord[];
}

export async function wireSession(wiring: SessionWiring): Promise<WiredSession> {
  const { strategies, gateway, limits, logger } = wiring;
  const store = createMemoryStore({ instanceId: 'backtest', notesMax: NOTES_MAX });
  const journal = memoryJournal(store);
  const { state } = await boot(
    { journal, gateway, limits, strategies, wallMs: 0 },
    journal.recover(),
  );
  keepSignalsOfReaders(state);
  const session = await openSession({ state, journal, gateway, logger });
  return { session, journal, orders: () => ordersBySequence(store) };
}

/** The session over an engine as it stands. */
export async function openSession(wiring: EngineWiring): Promise<Session> {
  const { state, journal, gateway, logger } = wiring;
  const clock = new ManualClock(0);
  const orderTtlMs = Number.MAX_SAFE_INTEGER / 2;
  const session = new Session({ state, journal, clock, logger, orderTtlMs });
  const permits = new Permits({ clock, orderTtlMs, offsetMs: () => 0 });
  const resolve = (): void => undefined;
  // Without a queue every order is at the exchange model before the step that planned it is over.
  const outlets = { queue: undefined, clock, logger };
  const desk = new OrderDesk({ ...outlets, session, gateway, permits, resolve });
  const commands = new Commands({
    session,
    desk,
    logger,
    intake: {
      // A recording has no more bars than it has: the hole is accepted at once.
      backfill: async ({ symbol, timeframe }) => {
        session.dispatch({ kind: 'history', at: session.state.now, symbol, timeframe, bars: [] });
      },
    },
    reconciler: { fetchFills: async () => undefined },
  });
  session.onCommand((command) => {
    commands.carryOut(command);
  });
  await gateway.open({
    report: (report) => {
      session.report(report);
    },
    fill: (fill) => {
      session.fill(fill);
    },
    balances: () => undefined,
    stream: () => undefined,
  });
  return session;
}
