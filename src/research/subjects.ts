/** What can be asked about a history: an indicator, the signals of a series, a strategy that is listened to. */
import { toFloat } from '../core/domain/decimal.ts';
import type { Bar, BarColumns } from '../core/domain/market.ts';
import type { NoteInputs } from '../core/domain/notes.ts';
import type { Proposal } from '../core/domain/order.ts';
import type { Millis } from '../core/domain/time.ts';
import type { Indicator } from '../core/indicators/contract.ts';
import { SignalEngine } from '../core/signals/signalEngine.ts';
import type { Strategy, StrategyContext } from '../core/strategies/contract.ts';
import type { Said, Subject } from './truncation.ts';

/** An indicator's value after each bar. @param make a new one; what it is given of the history is for indicators that hold one */
export function indicatorSubject(
  make: (history: BarColumns) => Pick<Indicator, 'update'>,
  lengthMs: number,
): Subject {
  return (history) => {
    const indicator = make(history);
    return barsIn(history).map((bar) => ({
      at: bar.openTime + lengthMs,
      words: 'value',
      numbers: { value: indicator.update(bar) },
    }));
  };
}

/** Score and every data point after each bar. @param make a new engine, and what else reads bars as one does */
export function signalSubject(
  lengthMs: number,
  make: (history: BarColumns) => Pick<SignalEngine, 'update' | 'read'> = () =>
    new SignalEngine(lengthMs),
): Subject {
  return (history) => {
    const signals = make(history);
    return barsIn(history).map((bar) => {
      signals.update(bar);
      const { score, contributions } = signals.read();
      const points = contributions.map(({ id, value }): [string, number] => [id, value]);
      points.sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        at: bar.openTime + lengthMs,
        words: points.map(([id]) => id).join(' '),
        numbers: { score, ...Object.fromEntries(points) },
      };
    });
  };
}

/** The strategy as it is, with all it says and asks for taken down: a statement for each time it was asked. */
export function listenTo(strategy: Strategy, said: (statement: Said) => void): Strategy {
  const during = (
    context: StrategyContext,
    what: string,
    ask: (heard: StrategyContext) => void,
  ) => {
    const statement = new Statement(context.now, what);
    ask(statement.hear(context));
    said(statement.said());
  };
  return {
    warmUpBars: strategy.warmUpBars,
    ...(strategy.settleBars !== undefined && { settleBars: strategy.settleBars }),
    readsSignals: strategy.readsSignals !== false,
    update: (bar) => {
      strategy.update(bar);
    },
    onBar: (bar, context) => {
      during(context, 'bar', (heard) => strategy.onBar(bar, heard));
    },
    onFill: (order, fill, context) => {
      during(context, 'fill', (heard) => strategy.onFill(order, fill, heard));
    },
    onOrderClosed: (order, context) => {
      during(context, 'closed', (heard) => strategy.onOrderClosed(order, heard));
    },
    onStopped: (context) => {
      during(context, 'stopped', (heard) => strategy.onStopped(heard));
    },
    snapshot: () => strategy.snapshot(),
    restore: (snapshot) => {
      strategy.restore(snapshot);
    },
  };
}

/** What a strategy says and asks for during one call. */
class Statement {
  readonly #at: Millis;
  readonly #words: string[];
  readonly #numbers: Record<string, number> = {};
  #acts = false;

  constructor(at: Millis, what: string) {
    this.#at = at;
    this.#words = [what];
  }

  /** The same context, listened to. Whatever a context comes to offer besides goes through. */
  hear(context: StrategyContext): StrategyContext {
    const heard: Pick<StrategyContext, 'decide' | 'place' | 'replace' | 'cancel'> = {
      decide: (code, inputs, refusedTag) => {
        this.#take(code, inputs ?? {});
        context.decide(code, inputs, refusedTag);
      },
      place: (proposal) => {
        this.#propose('place', proposal);
        return context.place(proposal);
      },
      replace: (intentId, proposal, reason) => {
        this.#propose(`replace ${intentId}`, proposal);
        return context.replace(intentId, proposal, reason);
      },
      cancel: (intentId, reason) => {
        this.#take(`cancel ${intentId}`, { reason });
        context.cancel(intentId, reason);
      },
    };
    return new Proxy(context, {
      get: (target, name) => {
        if (Object.hasOwn(heard, name)) return Reflect.get(heard, name) as unknown;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  said(): Said {
    return {
      at: this.#at,
      words: this.#words.join(' · '),
      numbers: this.#numbers,
      acts: this.#acts,
    };
  }

  #propose(what: string, proposal: Proposal): void {
    this.#acts = true;
    const { side, type, reason, tag = '', price, amount, quote, inputs = {} } = proposal;
    this.#take(`${what} ${side} ${type} ${reason} ${tag}`.trimEnd(), {
      ...inputs,
      ...(price !== undefined && { price }),
      ...(amount && { amount: toFloat(amount) }),
      ...(quote && { quote: toFloat(quote) }),
    });
  }

  #take(words: string, inputs: NoteInputs): void {
    const texts: string[] = [];
    for (const [name, value] of Object.entries(inputs))
      if (typeof value === 'number') this.#numbers[`${this.#words.length} ${name}`] = value;
      else texts.push(`${name}=${value}`);
    this.#words.push([words, ...texts].join(' '));
  }
}

function barsIn(history: BarColumns): Bar[] {
  return Array.from(history.openTime, (openTime, row) => ({
    openTime,
    open: history.open[row] ?? Number.NaN,
    high: history.high[row] ?? Number.NaN,
    low: history.low[row] ?? Number.NaN,
    close: history.close[row] ?? Number.NaN,
    volume: history.volume[row] ?? Number.NaN,
  }));
}
