/** What no order can sell as the market stands: taken out of what a strategy has at work, until its next sale takes it along. */
import { floorToStep, isAboveZero, toText } from '../domain/decimal.ts';
import { stepFor } from '../domain/orderSize.ts';
import { workingAmount } from '../domain/position.ts';
import { makeDust, presentOf } from '../ledger/ledger.ts';
import { sizeRefusal } from '../risk/sizeChecks.ts';
import { exactPrice, isPrice } from '../risk/sizing.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/**
 * To be called when a sale has come to its end. A position that is left with less than the market takes is dust from then on: it
 * counts neither as held nor as spent. While an order is open or waits, nothing is judged.
 */
export function keepDust(state: EngineState, runtime: StrategyRuntime): void {
  const { spec, market, holding, openOrders, waiting } = runtime;
  if (openOrders.length > 0 || waiting.length > 0 || !isUnsellable(runtime)) return;
  const { instrument } = market;
  const { position } = makeDust(holding);
  state.book.setPosition(position, presentOf(holding));
  state.out.repositioned(position);
  // Nothing that is held on purpose has a stop or a target any more.
  runtime.stopPrice = 0;
  runtime.targetPrice = Number.POSITIVE_INFINITY;
  const { base, quote, symbol } = instrument;
  const { amount, cost } = position;
  const inputs = { amount: toText(amount), base, cost: toText(cost), quote, symbol };
  state.out.note({ at: state.now, code: 'DUST_KEPT', strategyId: spec.id, symbol, inputs });
}

/** Whether something is held on purpose and all of it together is less than one order at the market may be. */
function isUnsellable({ holding: { position }, market }: StrategyRuntime): boolean {
  const { instrument, lastPrice } = market;
  if (!isAboveZero(workingAmount(position)) || !isPrice(lastPrice)) return false;
  const shape = { type: 'market', side: 'sell', reference: exactPrice(lastPrice) } as const;
  const lots = floorToStep(position.amount, stepFor('market', instrument));
  const code = sizeRefusal(lots, shape, instrument)?.code;
  return code === 'AMOUNT_TOO_SMALL' || code === 'NOTIONAL_TOO_SMALL';
}
