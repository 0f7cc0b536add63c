/** How fast the engine alone takes public trades: no sockets, no journal, no queue. */
import { anInstrument, BTC_USDT, USDT } from '../../builders/orders.ts';
import { SILENT } from '../../../src/compose/silentLogger.ts';
import { loadStrategy } from '../../../src/adapters/config/strategyFiles.ts';
import { ManualClock } from '../../../src/adapters/clock/manualClock.ts';
import { memoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { TradeEvent } from '../../../src/core/domain/events.ts';
import { strategyId } from '../../../src/core/domain/ids.ts';
import { createEngine } from '../../../src/core/engine/create.ts';
import { step } from '../../../src/core/engine/step.ts';
import { createLedger } from '../../../src/core/ledger/ledger.ts';
import { kindOf } from '../../../src/core/strategies/registry.ts';
import { Inbox } from '../../../src/runtime/inbox.ts';
import { Session } from '../../../src/runtime/session.ts';
import type { ChildService } from '../child.ts';
import { randomFrom } from '../market.ts';
import { startStopwatch, type Cost } from '../statistics.ts';

const STRATEGIES = 4;
const DISTINCT_TRADES = 4_096;
const FIRST_MS = 1_760_000_000_000;
/** Pushed before the inbox drains, as a burst from a socket would be. */
const BURST = 1_024;

export interface EngineCase {
  readonly strategyFile: string;
  readonly trades: number;
  readonly rounds: number;
}

export interface EngineFigures {
  readonly step: readonly Cost[];
  readonly session: readonly Cost[];
  readonly inbox: readonly Cost[];
}

export async function open(request: unknown): Promise<ChildService> {
  const { strategyFile, trades, rounds } = request as EngineCase;
  const session = openSession(strategyFile);
  const { state } = session;
  const events = makeTrades();
  const inbox = new Inbox((event) => session.dispatch(event));
  const at = (row: number): TradeEvent => {
    const event = events[row % DISTINCT_TRADES];
    if (!event) throw new Error('no trades');
    event.at = FIRST_MS + row;
    return event;
  };
  const loops = {
    step: (row: number) => void step(state, at(row)),
    session: (row: number) => session.dispatch(at(row)),
    inbox: (row: number) => {
      inbox.market(at(row));
      if (row % BURST === BURST - 1) inbox.drain();
    },
  };
  const figures = { step: [] as Cost[], session: [] as Cost[], inbox: [] as Cost[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of ['step', 'session', 'inbox'] as const) {
      const loop = loops[name];
      const stopwatch = startStopwatch();
      for (let row = 0; row < trades; row += 1) loop(row);
      const cost = stopwatch.stop();
      if (round > 0) figures[name].push(cost);
    }
  }
  inbox.close();
  return { ready: figures satisfies EngineFigures };
}

function openSession(strategyFile: string): Session {
  const loaded = loadStrategy(strategyFile);
  const kind = loaded.ok ? kindOf(loaded.value.spec.kind) : undefined;
  if (!loaded.ok || !kind) throw new Error(`${strategyFile} is not valid`);
  const strategies = Array.from({ length: STRATEGIES }, (_, index) => {
    const id = strategyId(`bench-${index}`);
    const spec = { ...loaded.value.spec, id, symbol: BTC_USDT };
    return { spec, strategy: kind.create(spec) };
  });
  const state = createEngine(
    {
      instanceId: 'bench',
      runId: 'run',
      limits: { maxTotalExposure: dec('10000'), priceBand: 0.05, maxOpenOrders: 100 },
      instruments: [anInstrument()],
      strategies,
      ledger: createLedger([{ asset: USDT, amount: dec('10000') }]),
      nextSequence: 1,
      halted: [],
      orders: [],
    },
    new Map(),
  );
  const journal = memoryJournal(createMemoryStore());
  journal.recover();
  const clock = new ManualClock(0);
  const session = new Session({ state, journal, clock, logger: SILENT, orderTtlMs: 1_000 });
  session.dispatch({ kind: 'control', at: FIRST_MS, action: 'arm', reason: 'bench' });
  return session;
}

function makeTrades(): TradeEvent[] {
  const random = randomFrom(1);
  return Array.from({ length: DISTINCT_TRADES }, () => ({
    kind: 'trade',
    at: FIRST_MS,
    symbol: BTC_USDT,
    price: 50_000 + Math.round(random() * 1_000) / 100,
    amount: Math.round(random() * 1e5) / 1e5 + 1e-5,
    side: random() < 0.5 ? 'buy' : 'sell',
  }));
}
