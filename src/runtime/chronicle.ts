/**
 * What happens, in the log: fills, orders, decisions that changed, refusals, halts. One line each, as the step that brought it is
 * booked, with the ids by which `why`, `orders` and `fills` find the rest. Bounded: the books have everything, a log need not.
 */
import { toText } from '../core/domain/decimal.ts';
import { feesOf } from '../core/domain/fill.ts';
import type { Note, NoteInputs } from '../core/domain/notes.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { AttributedFill } from '../core/domain/position.ts';
import type { Reason } from '../core/domain/reasons.ts';
import type { StepOutput } from '../core/engine/output.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** Lines of a kind (alarms, everything else) in one window; more are counted and said to be left out. */
export const LINES_MAX = 60;
export const WINDOW_MS = 10_000;

export interface ChronicleDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Words for a reason code. */
  readonly explain: (note: { readonly code: string; readonly inputs: NoteInputs }) => string;
  readonly severityOf: (code: string) => Reason['severity'];
}

type Fields = Readonly<Record<string, string>>;

export class Chronicle {
  readonly #deps: ChronicleDeps;
  readonly #routine: Budget;
  readonly #alarms: Budget;

  constructor(deps: ChronicleDeps) {
    const { clock, logger } = deps;
    this.#deps = deps;
    this.#routine = new Budget(clock, (fields, text) => {
      logger.info(fields, text);
    });
    this.#alarms = new Budget(clock, (fields, text) => {
      logger.warn(fields, text);
    });
  }

  /** What one step came to, after it was booked. */
  step({ notes, orders, fills }: StepOutput): void {
    for (const fill of fills) this.#fill(fill);
    for (const note of notes) this.#note(note, orders);
  }

  /** Says what was left out so far. */
  close(): void {
    this.#routine.close();
    this.#alarms.close();
  }

  #fill({ fill, strategyId, intentId }: AttributedFill): void {
    const { side, symbol, amount, price, tradeId, exchangeOrderId } = fill;
    const fees = feesOf(fill).map((fee) => `${toText(fee.amount)} ${fee.asset}`);
    const charged = fees.length === 0 ? '' : `, fee ${fees.join(' + ')}`;
    this.#routine.write(
      { strategy: strategyId, symbol, intent: intentId, order: exchangeOrderId, trade: tradeId },
      `fill: ${side} ${toText(amount)} ${symbol} at ${toText(price)}${charged}`,
    );
  }

  #note(note: Note, orders: readonly OrderRecord[]): void {
    const { explain, severityOf } = this.#deps;
    const severity = severityOf(note.code);
    const order = orders.find(({ intent }) => intent.intentId === note.intentId);
    const lines = severity === 'alarm' ? this.#alarms : this.#routine;
    lines.write(idsOf(note, order), `${kindOf(note)}${explain(note)}${this.#whyOf(note, order)}`);
  }

  /** Why an order was made stands in the order itself. */
  #whyOf({ code }: Note, order: OrderRecord | undefined): string {
    if (code !== 'ORDER_PLANNED' || !order) return '';
    const { reason, inputs } = order.intent;
    return `, because: ${this.#deps.explain({ code: reason, inputs })}`;
  }
}

function kindOf({ code, intentId, strategyId }: Note): string {
  if (intentId !== undefined || code.startsWith('ORDER_')) return 'order: ';
  if (code.startsWith('BOOKED_')) return 'booking: ';
  return strategyId === undefined ? '' : 'decision: ';
}

function idsOf(note: Note, order: OrderRecord | undefined): Fields {
  const ids = {
    strategy: note.strategyId ?? order?.intent.strategyId,
    symbol: note.symbol ?? order?.intent.symbol,
    intent: note.intentId,
    client: order?.intent.clientOrderId,
    order: order?.exchangeOrderId,
    code: note.code,
  };
  const known: Record<string, string> = {};
  for (const [name, id] of Object.entries(ids)) if (id !== undefined) known[name] = id;
  return known;
}

/** So many lines in a window of time, and then one that says how many were left out. */
class Budget {
  readonly #clock: Clock;
  readonly #log: (fields: Readonly<Record<string, unknown>>, text: string) => void;
  #stopTimer: (() => void) | undefined;
  #written = 0;
  #leftOut = 0;

  constructor(
    clock: Clock,
    log: (fields: Readonly<Record<string, unknown>>, text: string) => void,
  ) {
    this.#clock = clock;
    this.#log = log;
  }

  write(fields: Fields, text: string): void {
    this.#stopTimer ??= this.#clock.after(WINDOW_MS, () => {
      this.close();
    });
    if (this.#written >= LINES_MAX) {
      this.#leftOut += 1;
      return;
    }
    this.#written += 1;
    this.#log(fields, text);
  }

  /** Ends the window. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const lines = this.#leftOut;
    this.#written = 0;
    this.#leftOut = 0;
    if (lines > 0)
      this.#log({ lines }, 'lines were left out: `orders`, `fills` and `why` have everything');
  }
}
