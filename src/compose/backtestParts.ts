/** Wires a session for a backtest: event time, exchange model, memory journal, direct queue; everything else as live. */
import { ManualClock } from '../adapters/clock/manualClock.ts';
import { directQueue } from '../adapters/memory/directQueue.ts';
import { memoryJournal } from '../adapters/memory/journal.ts';
import { createMemoryStore } from '../adapters/memory/store.ts';
import { PaperExchange } from '../adapters/paper/paperExchange.ts';
import { createPaperGateway, fixedInstruments } from '../adapters/paper/paperGateway.ts';
import { keepSignalsOfReaders } from '../core/engine/state.ts';
import { boot } from '../runtime/boot.ts';
import { Dispatcher } from '../runtime/dispatcher.ts';
import { Executor } from '../runtime/executor.ts';
import { Session } from '../runtime/session.ts';
import type { BacktestWiring, WiredBacktest } from './backtestWiring.ts';
import { strategyOf } from './strategyOf.ts';

/** Notes kept: nobody asks for them. Those that are let go of early cost the garbage collector nothing. */
const NOTES_MAX = 100;

export async function wireBacktest(wiring: BacktestWiring): Promise<WiredBacktest> {
  const { spec, besides = [], instrument, balances, fillModel, limits, logger } = wiring;
  const exchange = new PaperExchange({ balances, fillModel, instruments: [instrument] });
  const gateway = createPaperGateway(exchange, fixedInstruments([instrument]));
  const journal = memoryJournal(createMemoryStore({ instanceId: 'backtest', notesMax: NOTES_MAX }));
  const clock = new ManualClock(0);
  const queue = directQueue();
  const strategies = [spec, ...besides].map(strategyOf);
  const { state } = await boot(
    { journal, gateway, limits, strategies, wallMs: 0 },
    journal.recover(),
  );
  keepSignalsOfReaders(state);
  const session = new Session({
    state,
    journal,
    clock,
    logger,
    orderTtlMs: Number.MAX_SAFE_INTEGER / 2,
  });
  const executor = new Executor({
    session,
    journal,
    gateway,
    clock,
    logger,
    resolve: () => undefined,
  });
  const dispatcher = new Dispatcher({
    queue,
    journal,
    clock,
    logger,
    // A recording has no more bars than it has: the hole is accepted at once.
    backfill: async ({ symbol, timeframe }) => {
      session.dispatch({ kind: 'history', at: session.state.now, symbol, timeframe, bars: [] });
    },
    fetchFills: async () => undefined,
  });
  session.onCommand((command) => {
    dispatcher.carryOut(command);
  });
  await queue.start((job) => executor.handle(job));
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
  return {
    session,
    exchange,
    queue,
    findReason: (intentId) => journal.findOrder({ intentId })?.intent.reason ?? '',
  };
}
