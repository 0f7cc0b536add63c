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
    limits,
    logger,
    ...account
  } = wiring;
  const exchange = new PaperExchange({ ...account, instruments: [instrument] });
  const gateway = createPaperGateway(exchange, fixedInstruments([instrument]));
  const strategies = [spec, ...besides].map(create);
  const { session, journal } = await wireSession({ strategies, gateway, limits, logger });
  return {
    session,
    exchange,
    findReason: (intentId) => journal.findOrder({ intentId })?.intent.reason ?? '',
  };
}
