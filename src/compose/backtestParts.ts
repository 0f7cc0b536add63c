/** Wires a session for a backtest: the exchange model, and everything else as live. */
import { PaperExchange } from '../adapters/paper/paperExchange.ts';
import { createPaperGateway, fixedInstruments } from '../adapters/paper/paperGateway.ts';
import { wireSession } from './backtestSession.ts';
import type { BacktestWiring, WiredBacktest } from './backtestWiring.ts';
import { strategyOf } from './strategyOf.ts';

export async function wireBacktest(wiring: BacktestWiring): Promise<WiredBacktest> {
  const {
    spec,
    besides = [],
    create = strategyOf,
    instrument,
    furtherInstruments = [],
    limits,
    logger,
    ...account
  } = wiring;
  const instruments = [instrument, ...furtherInstruments];
  const exchange = new PaperExchange({ ...account, instruments });
  const gateway = createPaperGateway(exchange, fixedInstruments(instruments));
  const strategies = [spec, ...besides].map(create);
  const { session, journal, orders } = await wireSession({ strategies, gateway, limits, logger });
  return {
    session,
    exchange,
    findOrder: (intentId) => journal.findOrder({ intentId }),
    orders,
  };
}
