/**
 * The points of an order's life at which the process may die, as wrappers around the daemon's ports: nothing in the daemon knows
 * of them. A point is armed by SIGUSR2, or from the start; the process then ends itself with SIGKILL the first time it passes there.
 */
import diagnostics from 'node:diagnostics_channel';
import type { ExchangeGateway } from '../../../src/ports/exchangeGateway.ts';
import type { Journal } from '../../../src/ports/journal.ts';
import type { TraderDeps } from '../../../src/runtime/parts.ts';

/** The ids of the catalogue, with what has happened by then. */
export const POINTS = {
  P1: 'before the journal has the intent',
  P2: 'journalled, not queued',
  P3: 'SENDING, before any byte is sent',
  P4: 'bytes sent, no answer yet',
  P5: 'answered, before the commit',
  P6: 'inside the transaction of a fill',
  P7: 'a cancel was answered, before the commit',
  P8: 'during the reconciliation of a boot',
  P9: 'after a second daemon was refused, while sending',
  P10: 'in the drain after SIGTERM, orders open',
} as const;
export type Point = keyof typeof POINTS;

export function isPoint(text: string | undefined): text is Point {
  return text !== undefined && text in POINTS;
}

/** Ends the process, without a chance for it to clean anything up. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered before the call returns, in a process of one's own; this is for the compiler.
  throw new Error('unreachable');
}

export class FaultPoint {
  readonly #point: Point;
  #armed: boolean;

  constructor(point: Point, armedFromStart: boolean) {
    this.#point = point;
    this.#armed = armedFromStart;
    process.on('SIGUSR2', () => {
      this.#armed = true;
    });
    if (point === 'P4') this.#watchBytes();
    if (point === 'P6') this.#watchFills();
  }

  equip = (deps: TraderDeps): TraderDeps => ({
    ...deps,
    journal: this.#journal(deps.journal),
    gateway: this.#gateway(deps.gateway),
  });

  #pass(point: Point): void {
    if (this.#armed && point === this.#point) die();
  }

  #journal(journal: Journal): Journal {
    return {
      ...journal,
      commit: (step) => {
        const plans = step.intents.length > 0;
        if (plans) this.#pass('P1');
        journal.commit(step);
        if (plans) this.#pass('P2');
      },
    };
  }

  #gateway(gateway: ExchangeGateway): ExchangeGateway {
    const reconciling = <Value>(answer: Promise<Value>): Promise<Value> => {
      this.#pass('P8');
      return answer;
    };
    return {
      ...gateway,
      place: async (order, look) => {
        this.#pass('P3');
        this.#pass('P9');
        const outcome = await gateway.place(order, look);
        this.#pass('P5');
        return outcome;
      },
      placePair: async (pair, look) => {
        this.#pass('P3');
        const outcome = await gateway.placePair(pair, look);
        this.#pass('P5');
        return outcome;
      },
      cancel: async (ref, look) => {
        const outcome = await gateway.cancel(ref, look);
        this.#pass('P7');
        return outcome;
      },
      lookup: (ref) => reconciling(gateway.lookup(ref)),
      openOrders: (symbols) => reconciling(gateway.openOrders(symbols)),
      fills: (symbol, since) => reconciling(gateway.fills(symbol, since)),
      balances: () => reconciling(gateway.balances()),
      close: () => {
        this.#pass('P10');
        return gateway.close();
      },
    };
  }

  /** ccxt's HTTP client tells when it has handed a request to the socket. */
  #watchBytes(): void {
    diagnostics.subscribe('undici:request:bodySent', (message) => {
      const { request } = message as { request: { method: string; path: string } };
      if (request.method === 'POST' && /\/order/i.test(request.path)) this.#pass('P4');
    });
  }

  /** The statement that books a fill runs in the middle of its transaction. */
  #watchFills(): void {
    hooks.push((sql) => {
      if (/INSERT INTO fills/i.test(sql)) this.#pass('P6');
    });
  }
}

const hooks: ((sql: string) => void)[] = [];

interface Statement {
  readonly source: string;
  run(...values: readonly unknown[]): unknown;
}

/** Lets {@link FaultPoint} see each statement right after it ran. @param prototype of better-sqlite3's Database */
export function watchStatements(prototype: { prepare(sql: string): unknown }): void {
  const prepare: unknown = Reflect.get(prototype, 'prepare');
  if (typeof prepare !== 'function') throw new Error('a database has no statements');
  prototype.prepare = function prepareWatched(this: unknown, sql: string): unknown {
    const statement = Reflect.apply(prepare, this, [sql]) as Statement;
    const run = statement.run.bind(statement);
    statement.run = (...values) => {
      const result = run(...values);
      for (const hook of hooks) hook(statement.source);
      return result;
    };
    return statement;
  };
}
