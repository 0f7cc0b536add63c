/** Wires the backtest of a recorded period: a recorded engine goes on over the exchange model. */
import { memoryJournal } from '../adapters/memory/journal.ts';
import { createMemoryStore } from '../adapters/memory/store.ts';
import { PaperExchange } from '../adapters/paper/paperExchange.ts';
import { createPaperGateway, fixedInstruments } from '../adapters/paper/paperGateway.ts';
import type { EngineState } from '../core/engine/state.ts';
import type { FillModel } from '../core/matching/model.ts';
import type { Journal } from '../ports/journal.ts';
import type { PlayParts } from '../research/barPlayer.ts';
import { openSession } from './backtestSession.ts';
import { SILENT } from './silentLogger.ts';

export interface ShadowWiring {
  readonly state: EngineState;
  readonly fillModel: FillModel;
  readonly latencyMs: number;
}

export async function wireShadow({
  state,
  fillModel,
  latencyMs,
}: ShadowWiring): Promise<PlayParts> {
  const instruments = [...state.markets.values()].map(({ instrument }) => instrument);
  const balances = [...state.ledger.accounts.values()];
  const orders = [...state.orders.live()];
  const exchange = new PaperExchange({
    ...{ balances, orders, instruments, fillModel, latencyMs },
  });
  const gateway = createPaperGateway(exchange, fixedInstruments(instruments));
  const journal = journalOf(state);
  return { session: await openSession({ state, journal, gateway, logger: SILENT }), exchange };
}

/** One in memory that knows the engine's open orders. */
function journalOf({ instanceId, orders }: EngineState): Journal {
  const store = createMemoryStore({ instanceId, notesMax: 1 });
  for (const record of orders.live()) {
    const entry = { record };
    store.orders.set(record.intent.intentId, entry);
    store.entries.push(entry);
  }
  const journal = memoryJournal(store);
  journal.recover();
  return journal;
}
