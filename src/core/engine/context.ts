/** The strategy's window on the engine. */
import type { IntentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { NoteInputs } from '../domain/notes.ts';
import type { OrderRecord, Proposal } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { Millis } from '../domain/time.ts';
import type { SignalEngine } from '../signals/signalEngine.ts';
import type { StrategyContext } from '../strategies/contract.ts';
import { asEngine } from './engineFault.ts';
import { decide, requestCancel } from './planning.ts';
import type { EngineState, StrategyRuntime } from './state.ts';
import { cancelWaiting, ownOrders, placeOrWait, replaceOrder } from './waiting.ts';

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
    return ownOrders(this.#runtime);
  }

  get score(): number {
    return this.#signals.score;
  }

  get signal(): SignalReading {
    return this.#signals.read();
  }

  /** Of a strategy that said it reads none they may stand still. */
  get #signals(): SignalEngine {
    const { strategy, spec, signals } = this.#runtime;
    if (strategy.readsSignals === false)
      throw new Error(`SIGNAL_UNREAD: strategy ${spec.id} says that it reads no signals`);
    return signals;
  }

  place(proposal: Proposal): IntentId | undefined {
    if (this.#runtime.stopping) return undefined;
    return asEngine(() => placeOrWait(this.#state, this.#runtime, proposal));
  }

  replace(intentId: IntentId, proposal: Proposal, reason: string): IntentId | undefined {
    if (this.#runtime.stopping) return undefined;
    return asEngine(() => replaceOrder(this.#state, this.#runtime, { intentId, proposal, reason }));
  }

  cancel(intentId: IntentId, reason: string): void {
    if (cancelWaiting(this.#runtime, intentId)) return;
    asEngine(() => {
      requestCancel(this.#state, intentId, reason);
    });
  }

  decide(code: ReasonCode, inputs: NoteInputs = NO_INPUTS, refusedTag?: string): void {
    const { refusals } = this.#runtime;
    const cause = refusedTag === undefined ? undefined : refusals.get(refusedTag);
    decide(this.#state, this.#runtime, { code, inputs, cause });
  }
}
