/** What no order can sell as the market stands: taken out of what a strategy has at work, until its next sale takes it along. */
import { add, floorToStep, isAboveZero, sumOf, toFloat, toText, ZERO } from '../domain/decimal.ts';
import { isAmple } from '../domain/exitSize.ts';
import { isGuard, type OrderRecord, type Proposal } from '../domain/order.ts';
import { stepFor } from '../domain/orderSize.ts';
import { workingAmount, type Position } from '../domain/position.ts';
import { makeDust, presentOf, type Holding } from '../ledger/ledger.ts';
import { sizeRefusal } from '../risk/sizeChecks.ts';
import { exactPrice, isPrice } from '../risk/sizing.ts';
import { isRemoved } from '../strategies/caretaker.ts';
import { book } from './entries.ts';
import { ownerOf } from './owner.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

/**
 * To be called when a sale has come to its end. A position that is left with less than the market takes is dust from then on: it
 * counts neither as held nor as spent. While something is being sold, or a part of it is being bought, nothing is judged.
 * @param soldAt a price at which it could be sold again, when that is above the last one
 * @returns whether it has become dust
 */
export function keepDust(state: EngineState, runtime: StrategyRuntime, soldAt = 0): boolean {
  const { spec, market, holding, waiting } = runtime;
  if (waiting.length > 0 || isChanging(runtime) || !isUnsellable(runtime, soldAt)) return false;
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
  return true;
}

/**
 * The same of an order that has ended: when it has sold. What a limit order leaves may be worth enough at its price. Of a guard that is
 * to change only what a booking has cut is judged.
 */
export function keepRest(state: EngineState, runtime: StrategyRuntime, sold: OrderRecord): boolean {
  const { side, type, price } = sold.intent;
  if (side !== 'sell') return false;
  if (isGuard(sold.intent)) return judgeCut(state, runtime);
  if (type !== 'market' && sold.filled.isZero()) return false;
  return keepDust(state, runtime, price && toFloat(price));
}

/** What a booking has cut is judged as soon as nothing of it is being sold. True when it has become dust. */
export function judgeCut(state: EngineState, runtime: StrategyRuntime): boolean {
  if (!runtime.isCut || isChanging(runtime)) return false;
  runtime.isCut = false;
  return keepDust(state, runtime);
}

/** A part of it is being sold, or bought. A buy of which nothing was filled changes nothing yet. */
function isChanging({ openOrders }: StrategyRuntime): boolean {
  return openOrders.some(({ intent, filled }) => intent.side === 'sell' || !filled.isZero());
}

/** Whether something is held on purpose and all of it together is less than one order at the market may be. */
function isUnsellable({ holding, market }: StrategyRuntime, soldAt: number): boolean {
  const { instrument } = market;
  const { position, amountFloat } = holding;
  const price = Math.max(market.lastPrice, soldAt);
  if (!isPrice(price) || isAmple(0, amountFloat, price, instrument)) return false;
  if (!isAboveZero(workingAmount(position))) return false;
  const shape = { type: 'market', side: 'sell', reference: exactPrice(price) } as const;
  const lots = floorToStep(position.amount, stepFor('market', instrument));
  const code = sizeRefusal(lots, shape, instrument)?.code;
  return code === 'AMOUNT_TOO_SMALL' || code === 'NOTIONAL_TOO_SMALL';
}

/**
 * The dust of strategies that are not configured any more goes along with a sale at the market of all that another one has of the same
 * market, when more lots can be sold with it: moved by a booking, at what it cost. Within the seller it stays dust until it is sold.
 */
export function sweepDust<Sale extends Proposal>(
  state: EngineState,
  { spec, holding, market }: StrategyRuntime,
  sale: Sale,
): Sale {
  const { instrument } = market;
  const found = leftDust(state, holding.position);
  if (found.length === 0 || sale.type !== 'market') return sale;
  const { amount, strategyId: seller } = holding.position;
  if (sale.amount?.gte(amount) !== true || holding.absent !== ZERO) return sale;
  const more = sumOf(found.map(({ position }) => position.amount));
  const step = stepFor('market', instrument);
  if (floorToStep(add(amount, more), step).eq(floorToStep(amount, step))) return sale;
  for (const { position } of found) {
    const { strategyId, symbol, amount: moved, cost } = position;
    const about = { symbol, cause: 'dust', reason: `swept into the sale of ${spec.id}` } as const;
    book(state, { ...about, strategyId, amount: moved.neg(), cost: cost.neg() });
    book(state, { ...about, strategyId: seller, amount: moved, cost });
  }
  return { ...sale, amount: add(sale.amount, more) };
}

/** Of strategies that have ended, but for the seller, what of its market is nothing but dust and is there. */
function leftDust(
  state: EngineState,
  { strategyId: seller, symbol }: Position,
): readonly Holding[] {
  const found: Holding[] = [];
  for (const [strategyId, bySymbol] of state.ledger.holdings) {
    const runtime = ownerOf(state, { strategyId, symbol });
    if (strategyId === seller || (runtime && !isRemoved(runtime.spec))) continue;
    const holding = bySymbol.get(symbol);
    const isDust = holding?.position.dust !== undefined && holding.absent === ZERO;
    if (isDust && workingAmount(holding.position).isZero()) found.push(holding);
  }
  return found;
}
