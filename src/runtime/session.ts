/**
 * The one loop, in every mode: event → step → one journal transaction → commands out. Synchronous; when `dispatch` returns,
 * everything the event led to is on record and on its way.
 */
import type { Command } from '../core/domain/commands.ts';
import type { ControlEvent, EngineEvent, OutcomeEvent } from '../core/domain/events.ts';
import type { Fill } from '../core/domain/fill.ts';
import type { IntentId } from '../core/domain/ids.ts';
import type { OrderRecord, OrderReport } from '../core/domain/order.ts';
import type { StepOutput } from '../core/engine/output.ts';
import type { EngineState } from '../core/engine/state.ts';
import { step } from '../core/engine/step.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import { adoptFromJournal } from './adopt.ts';
import { checkpointRecord, stepRecord } from './stepRecord.ts';

export interface SessionDeps {
  readonly state: EngineState;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Wall time an intent may wait before it is sent; older ones expire unsent. */
  readonly orderTtlMs: number;
}

/** Carries commands out, after they have been journalled. Must not throw. */
export type CommandHandler = (command: Command) => void;
/** Sees every step that came to something, after its commit; for display and recording. Must not throw. */
export type StepListener = (output: StepOutput, event: EngineEvent) => void;

/** Events waiting behind one that is being handled; more means a loop in the engine's own reactions. */
const BACKLOG_MAX = 100_000;

export class Session {
  readonly state: EngineState;
  readonly #deps: SessionDeps;
  readonly #listeners: StepListener[] = [];
  #carryOut: CommandHandler = () => undefined;
  #backlog: EngineEvent[] = [];
  #busy = false;
  /** Why the session takes no more events; undefined while it runs. */
  failure: Error | undefined;
  /** Resolves with the failure; never while the session runs well. */
  readonly failed: Promise<Error>;
  #announceFailure: (failure: Error) => void = () => undefined;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.state = deps.state;
    this.failed = new Promise((resolve) => {
      this.#announceFailure = resolve;
    });
  }

  /** True after a failure: nothing is sent any more. */
  get stopped(): boolean {
    return this.failure !== undefined;
  }

  onCommand(handler: CommandHandler): void {
    this.#carryOut = handler;
  }

  onStep(listener: StepListener): void {
    this.#listeners.push(listener);
  }

  order(intentId: IntentId): OrderRecord | undefined {
    return this.state.orders.get(intentId);
  }

  /** Orders that may still change at the exchange. */
  liveOrders(): OrderRecord[] {
    return [...this.state.orders.live()];
  }

  /** An operator's or the runtime's word, at the market time that is now. */
  control(control: Omit<ControlEvent, 'kind' | 'at'>): void {
    this.dispatch({ kind: 'control', at: this.state.now, ...control });
  }

  /**
   * Handles one event. Events that arise meanwhile (a paper fill, say) are handled after it, before this returns.
   * A failure of the journal stops the session: what is not on record must not be acted on.
   */
  dispatch(event: EngineEvent): void {
    if (this.failure) return;
    if (this.#busy) {
      this.#queue(event);
      return;
    }
    this.#busy = true;
    try {
      this.#handle(event);
      while (this.#backlog.length > 0) {
        const waiting = this.#backlog;
        this.#backlog = [];
        for (const next of waiting) this.#handle(next);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#busy = false;
    }
  }

  /** What became of sending or cancelling an order. */
  outcome(order: OrderRecord, outcome: OutcomeEvent['outcome'], message: string): void {
    const { intentId, clientOrderId } = order.intent;
    this.dispatch({
      kind: 'outcome',
      at: this.state.now,
      intentId,
      clientOrderId,
      outcome,
      message,
    });
  }

  /** The exchange's word on an order; the fills that came with it are counted first. */
  report(report: OrderReport): void {
    const { clientOrderId } = report;
    for (const fill of report.fills) this.fill({ ...fill, clientOrderId });
    adoptFromJournal(this.state, this.#deps.journal, report);
    this.dispatch({ kind: 'report', at: report.at, report });
  }

  /** One execution. Seen before: nothing happens. */
  fill(fill: Fill): void {
    const { journal } = this.#deps;
    if (this.failure || journal.hasFill(fill.symbol, fill.tradeId)) return;
    adoptFromJournal(this.state, journal, fill);
    this.dispatch({ kind: 'fill', at: fill.at, fill });
  }

  /** Keeps every strategy's state, whatever it did last. */
  checkpoint(): void {
    if (this.failure) return;
    try {
      this.#deps.journal.commit(checkpointRecord(this.state, this.#deps.clock.wallMs()));
    } catch (error) {
      this.#fail(error);
    }
  }

  #handle(event: EngineEvent): void {
    const { clock, journal, orderTtlMs } = this.#deps;
    if (event.kind === 'fill' && journal.hasFill(event.fill.symbol, event.fill.tradeId)) return;
    const output = step(this.state, event);
    if (!output.used) return;
    const wallMs = clock.wallMs();
    journal.commit(stepRecord(this.state, output, { wallMs, deadlineMs: wallMs + orderTtlMs }));
    for (const listener of this.#listeners) listener(output, event);
    // Events that a command brings at once wait in the backlog: the output is not reused before the last command is out.
    for (const command of output.commands) this.#carryOut(command);
  }

  #queue(event: EngineEvent): void {
    if (this.#backlog.length >= BACKLOG_MAX)
      throw new Error(`BACKLOG_FULL: ${String(BACKLOG_MAX)} events arose from one`);
    this.#backlog.push(event.kind === 'candle' ? { ...event } : event);
  }

  #fail(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(String(error));
    this.#backlog = [];
    this.#announceFailure(this.failure);
    this.#deps.logger.error(
      { error: this.failure.message },
      'session stopped: nothing more will be sent',
    );
  }
}
