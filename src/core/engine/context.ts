/** The strategy's window on the engine, and the way an order is planned: proposal → risk → record → command. */
import type { IntentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { OrderRecord, Proposal } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import { toText } from '../domain/decimal.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { Millis } from '../domain/time.ts';
import { newRecord, requestCancel as markCancel } from '../orders/lifecycle.ts';
import { isTerminal } from '../orders/transitions.ts';
import { approve } from '../risk/approve.ts';
import type { StrategyContext } from '../strategies/contract.ts';
import { asEngine } from './engineFault.ts';
import { riskView } from './riskView.ts';
import type { EngineState, StrategyRuntime } from './state.ts';

const NO_INPUTS: NoteInputs = {};

export class EngineContext implements StrategyContext {
  readonly #state: EngineState;
  readonly #runtime: StrategyRuntime;

  constructor(state: EngineState, runtime: StrategyRuntime) {
    this.#state = state;
    this.#runtime = runtime;
  }

  get now(): Millis {
    return this.#state.now;
  }

  get instrument(): Instrument {
    return this.#runtime.market.instrument;
  }

  get lastPrice(): number {
    return this.#runtime.market.lastPrice;
  }

  get position(): Position {
    return this.#runtime.holding.position;
  }

  get averagePrice(): number {
    return this.#runtime.holding.averagePrice;
  }

  get openOrders(): readonly OrderRecord[] {
    return this.#runtime.openOrders;
  }

  get score(): number {
    return this.#runtime.signals.score;
  }

  get signal(): SignalReading {
    return this.#runtime.signals.read();
  }

  place(proposal: Proposal): IntentId | undefined {
    if (this.#runtime.stopping) return undefined;
    return asEngine(() => plan(this.#state, this.#runtime, proposal));
  }

  cancel(intentId: IntentId, reason: string): void {
    asEngine(() => {
      requestCancel(this.#state, intentId, reason);
    });
  }

  decide(code: ReasonCode, inputs: NoteInputs = NO_INPUTS): void {
    decide(this.#state, this.#runtime, code, inputs);
  }
}

/** Records a decision in place; a note is made only when its code differs from the last one. */
export function decide(
  state: EngineState,
  runtime: StrategyRuntime,
  code: ReasonCode,
  inputs: NoteInputs,
): void {
  const { decision, spec } = runtime;
  if (decision.code !== code) {
    state.out.note({
      at: state.now,
      code,
      strategyId: spec.id,
      symbol: spec.symbol,
      inputs: { ...inputs },
    });
    state.out.keep(runtime);
  }
  decision.at = state.now;
  decision.code = code;
  decision.inputs = inputs;
}

/** Puts a proposal to risk; an approved one becomes a PLANNED order and a place command. */
export function plan(
  state: EngineState,
  runtime: StrategyRuntime,
  proposal: Proposal,
): IntentId | undefined {
  const { spec } = runtime;
  const verdict = approve(proposal, riskView(state, runtime));
  const tag = proposal.tag ?? '';
  if (!verdict.ok) {
    if (runtime.refusals.get(tag) !== verdict.code) {
      runtime.refusals.set(tag, verdict.code);
      const inputs = {
        ...verdict.inputs,
        wanted: `${proposal.side} ${proposal.type}`,
        for: proposal.reason,
      };
      state.out.note({
        at: state.now,
        code: verdict.code,
        strategyId: spec.id,
        symbol: spec.symbol,
        inputs,
      });
    }
    return undefined;
  }
  runtime.refusals.delete(tag);
  const { order } = verdict;
  state.nextSequence += 1;
  const record = newRecord(order);
  state.orders.add(record);
  runtime.openOrders.push(record);
  state.book.reserve(record, runtime.market.instrument);
  state.out.touch(record);
  state.out.command({ kind: 'place', order });
  state.out.keep(runtime);
  state.out.note({
    at: state.now,
    code: 'ORDER_PLANNED',
    strategyId: spec.id,
    symbol: spec.symbol,
    intentId: order.intentId,
    inputs: {
      ...order.inputs,
      side: order.side,
      amount: toText(order.amount),
      symbol: order.symbol,
      price: order.price ? toText(order.price) : 'market',
      reason: order.reason,
    },
  });
  return order.intentId;
}

/** Asks for the cancel of a live order, once. */
export function requestCancel(state: EngineState, intentId: IntentId, reason: string): void {
  const record = state.orders.get(intentId);
  if (!record || isTerminal(record.state)) return;
  const result = markCancel(record, state.now);
  if (!result.touched) return;
  state.out.touch(record);
  if (result.change) state.out.transition(record, result.change, state.now);
  state.out.command({ kind: 'cancel', intentId, symbol: record.intent.symbol, reason });
}
