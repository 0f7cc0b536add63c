/**
 * The one loop, in every mode: event → step → one journal transaction → commands out. Synchronous; when `dispatch` returns,
 * everything the event led to is on record and on its way.
 */
import type { Command } from '../core/domain/commands.ts';
import type { ControlEvent, EngineEvent, OutcomeEvent } from '../core/domain/events.ts';
import type { Fill } from '../core/domain/fill.ts';
import type { ExchangeOrderId, IntentId } from '../core/domain/ids.ts';
import type { OrderRecord, OrderReport } from '../core/domain/order.ts';
import type { StepOutput } from '../core/engine/output.ts';
import type { EngineState } from '../core/engine/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal, OrderKey, StepRecord } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { Recorder } from '../ports/recorder.ts';
import { adoptFromJournal } from './adopt.ts';
import { withNewFills } from './newFills.ts';
import { PutOff, isLight } from './putOff.ts';
import { recordedStep } from './recordedStep.ts';
import { checkpointRecord, emptyRecord, stepRecord } from './stepRecord.ts';

export interface SessionDeps {
  readonly state: EngineState;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Wall time an intent may wait before it is sent; older ones expire unsent. */
  readonly orderTtlMs: number;
  /** Absent: nothing is recorded. */
  readonly recorder?: Recorder | undefined;
}

/** Carries commands out, after they have been journalled. Must not throw. */
export type CommandHandler = (command: Command) => void;
/** Sees every step that came to something, after its commit; for display and recording. Must not throw. */
export type StepListener = (output: StepOutput, event: EngineEvent) => void;

/** Events waiting behind one that is being handled; more means a loop in the engine's own reactions. */
const BACKLOG_MAX = 100_000;
/** Rest between two attempts to write a step. */
const RETRY_MS = 500;
/** A lock that is held this long will not go away by itself; a full disk may. */
const LOCKED_MS_MAX = 30_000;
/** How long the record that an order is being sent may wait for company. */
const PUT_OFF_MS_MAX = 250;
const FULL = 'JOURNAL_FULL';
/** What the journal says when writing may work later. */
const PASSING = /^JOURNAL_(?:FULL|BUSY)/u;
const MARKET_DATA: ReadonlySet<EngineEvent['kind']> = new Set([
  'candle',
  'trade',
  'price',
  'quote',
]);

/** A step that was taken and could not be written. */
interface Unwritten {
  readonly record: StepRecord;
  readonly output: StepOutput;
  readonly event: EngineEvent;
  readonly why: string;
  /** Monotonic. */
  readonly sinceMs: number;
}

export class Session {
  readonly state: EngineState;
  readonly #deps: SessionDeps;
  readonly #listeners: StepListener[] = [];
  #carryOut: CommandHandler = () => undefined;
  readonly #backlog: EngineEvent[] = [];
  /** Of steps that are on record, not carried out yet. */
  readonly #commands: Command[] = [];
  #busy = false;
  #unwritten: Unwritten | undefined;
  readonly #later = new PutOff();
  #stopFlush: (() => void) | undefined;
  #announceTrouble: (message: string) => void = () => undefined;
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

  /** Calls back until the returned function is called. */
  onStep(listener: StepListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const at = this.#listeners.indexOf(listener);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  order(intentId: IntentId): OrderRecord | undefined {
    return this.state.orders.get(intentId);
  }

  /** Orders that may still change at the exchange. */
  liveOrders(): OrderRecord[] {
    return [...this.state.orders.live()];
  }

  /** Any order ever journalled; undefined when there is none. */
  find(key: OrderKey): OrderRecord | undefined {
    let found: OrderRecord | undefined;
    this.#heard(() => {
      found = this.#deps.journal.findOrder(key);
    });
    return found;
  }

  /** True when the books have the exchange's order as another one than this. */
  isOther({ intent }: OrderRecord, exchangeOrderId: ExchangeOrderId): boolean {
    const known = this.#deps.journal.findOrder({ exchangeOrderId, symbol: intent.symbol });
    return known !== undefined && known.intent.intentId !== intent.intentId;
  }

  /** An operator's or the runtime's word, at the market time that is now. */
  control(control: Omit<ControlEvent, 'kind' | 'at'>): void {
    this.dispatch({ kind: 'control', at: this.state.now, ...control });
  }

  /**
   * Handles one event. Events that arise meanwhile (a paper fill, say) are handled after it, before this returns.
   * A failure of the journal stops the session: what is not on record must not be acted on. A full disk or a lock only makes
   * it stand still until the step can be written; market data is missed meanwhile, everything else waits.
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
      this.#goOn();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#busy = this.#unwritten !== undefined;
    }
  }

  /** Why the session stands still; empty while it does not. */
  get standstill(): string {
    return this.#unwritten?.why ?? '';
  }

  /** For how long it has stood still, milliseconds; 0 while it does not. */
  get standstillMs(): number {
    return this.#unwritten ? this.#deps.clock.monotonicMs() - this.#unwritten.sinceMs : 0;
  }

  /** Called when the journal could not be written at once. Must not throw. */
  onJournalTrouble(listener: (message: string) => void): void {
    this.#announceTrouble = listener;
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

  /** True while nobody has taken over the journal. Otherwise the session fails: whoever has it answers for every order. */
  isOurs(): boolean {
    this.#heard(() => {
      this.#deps.journal.assertOurs();
    });
    return !this.stopped;
  }

  /** The exchange's word on an order, with the executions that came with it: one step, in which those are counted first. */
  report(report: OrderReport): void {
    this.#heard(() => {
      adoptFromJournal(this.state, this.#deps, report);
      this.dispatch({ kind: 'report', at: report.at, report });
    });
  }

  /** One execution. Seen before: nothing happens. */
  fill(fill: Fill): void {
    const { journal } = this.#deps;
    this.#heard(() => {
      if (journal.hasFill(fill)) return;
      adoptFromJournal(this.state, this.#deps, fill);
      this.dispatch({ kind: 'fill', at: fill.at, fill });
    });
  }

  /** Keeps every strategy's state, whatever it did last. One that cannot be written for now is left for the next time. */
  checkpoint(): void {
    // While a step is not written, its strategies' states must not be either.
    if (this.failure || this.#unwritten) return;
    try {
      this.#deps.journal.commit(checkpointRecord(this.state, this.#deps.clock.wallMs()));
    } catch (error) {
      const message = messageOf(error);
      if (!PASSING.test(message)) this.#fail(error);
      else this.#deps.logger.warn({ error: message }, 'the states could not be kept');
      // It may be the first to find the disk full: entries must not go on until a step finds it, too.
      if (!message.startsWith(FULL)) return;
      this.#deps.journal.spendReserve();
      this.#announceTrouble(message);
    }
  }

  /** News comes out of streams and timers, where nobody catches: a journal that cannot be read stops the session. */
  #heard(news: () => void): void {
    if (this.failure) return;
    try {
      news();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** One step, written or left to be written. */
  #handle(news: EngineEvent): void {
    const { clock, journal, orderTtlMs, recorder } = this.#deps;
    if (news.kind === 'fill' && journal.hasFill(news.fill)) return;
    const event = news.kind === 'report' ? withNewFills(news, journal) : news;
    const output = recordedStep(this.state, event, recorder);
    if (!output.used) return;
    if (isLight(event, output)) {
      this.#later.add(output);
      this.#flushSoon();
      this.#publish(output, event);
      return;
    }
    const wallMs = clock.wallMs();
    const stamp = { wallMs, deadlineMs: wallMs + orderTtlMs };
    const record = this.#later.joined(stepRecord(this.state, output, stamp));
    const why = this.#write(record);
    if (why !== '') {
      this.#standStill({ record, output, event, why, sinceMs: clock.monotonicMs() });
      return;
    }
    this.#publish(output, event);
  }

  /** What was put off goes with the next step, or alone when none comes soon. */
  #flushSoon(): void {
    this.#stopFlush ??= this.#deps.clock.after(PUT_OFF_MS_MAX, () => {
      this.#flush();
    });
  }

  #flush(): void {
    this.#stopFlush = undefined;
    // A step that waits to be written has taken it along.
    if (this.failure || this.#unwritten || this.#later.isEmpty) return;
    try {
      const { clock, journal } = this.#deps;
      journal.commit(this.#later.joined(emptyRecord(this.state.now, clock.wallMs())));
      this.#later.clear();
    } catch (error) {
      // It is of no use without a place to write it, and is tried again with the next step.
      if (PASSING.test(messageOf(error))) this.#flushSoon();
      else this.#fail(error);
    }
  }

  /** Why the record could not be written, when that may pass; empty when it is. @throws what will not pass. */
  #write(record: StepRecord): string {
    const { journal } = this.#deps;
    try {
      journal.commit(record);
      this.#later.clear();
      this.#stopFlush?.();
      this.#stopFlush = undefined;
      return '';
    } catch (error) {
      const message = messageOf(error);
      if (!PASSING.test(message)) throw error;
      const goesOn = message.startsWith(FULL) && journal.spendReserve();
      // Afterwards: whoever looks at the journal then must find the reserve spent.
      this.#announceTrouble(message);
      return goesOn ? this.#write(record) : message;
    }
  }

  #publish(output: StepOutput, event: EngineEvent): void {
    for (const listener of this.#listeners) listener(output, event);
    // The output is used again by the next step, which may come before the last command is out.
    for (const command of output.commands) this.#commands.push(command);
  }

  /** The engine is ahead of the journal by one step: nothing is handled, and nothing of it acted on, until that is written. */
  #standStill(unwritten: Unwritten): void {
    this.#unwritten = unwritten;
    this.#deps.logger.error(
      { error: unwritten.why },
      'standing still until the journal can be written',
    );
    this.#deps.clock.after(RETRY_MS, () => {
      this.#retry(unwritten);
    });
  }

  #retry(unwritten: Unwritten): void {
    const { clock, logger } = this.#deps;
    try {
      const why = this.#write(unwritten.record);
      if (why === '') {
        this.#unwritten = undefined;
        logger.info({}, 'the journal can be written again');
        this.#publish(unwritten.output, unwritten.event);
        this.#goOn();
      } else if (!why.startsWith(FULL) && clock.monotonicMs() - unwritten.sinceMs > LOCKED_MS_MAX)
        throw new Error(why);
      else
        clock.after(RETRY_MS, () => {
          this.#retry(unwritten);
        });
    } catch (error) {
      this.#unwritten = undefined;
      this.#fail(error);
    }
    this.#busy = this.#unwritten !== undefined;
  }

  /** Everything that has arisen: events before commands, and one command at a time, so that what it brings at once is known to the next. */
  #goOn(): void {
    while (!this.failure) {
      const event = this.#unwritten ? undefined : this.#backlog.shift();
      if (event) this.#handle(event);
      else {
        const command = this.#commands.shift();
        if (!command) return;
        this.#carryOut(command);
      }
    }
  }

  #queue(event: EngineEvent): void {
    // Bars that are missed so leave a hole, which is filled like any other.
    if (this.#unwritten && MARKET_DATA.has(event.kind)) return;
    if (this.#backlog.length >= BACKLOG_MAX)
      this.#fail(new Error(`BACKLOG_FULL: ${String(BACKLOG_MAX)} events wait for one`));
    else this.#backlog.push(event.kind === 'candle' ? { ...event } : event);
  }

  #fail(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(messageOf(error));
    this.#backlog.length = 0;
    this.#commands.length = 0;
    this.#announceFailure(this.failure);
    this.#deps.logger.error(
      { error: this.failure.message },
      'session stopped: nothing more will be sent',
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
