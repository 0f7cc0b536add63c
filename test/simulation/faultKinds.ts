/** What faults are made of: their shape, what an injector may do, and the common ways of bending something. */
import type { MarketSymbol } from '../../src/core/domain/ids.ts';
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import type { Loss } from './disk.ts';
import type { Answer } from './exchange.ts';
import type { CrashPoint, Host } from './host.ts';
import type { QueueWeather } from './queue.ts';
import type { Effect, RequestKind } from './wire.ts';

/** How one fault of a plan comes about. */
export interface FaultShape {
  readonly id: string;
  /** Virtual time at which it begins. */
  readonly atMs: number;
  /** How long it lasts, where it lasts. */
  readonly forMs: number;
  /** 0 … 1: which of its shapes it takes. */
  readonly roll: number;
}

/** What an injector may do besides reaching into the host. */
export interface FaultHost extends Host {
  /** A process has opened the books. */
  readonly hasBooks: boolean;
  /** The fault has come to pass. */
  occurred(id: string): void;
  /** Runs `mend` when the time is over, or when everything heals. */
  until(afterMs: number, mend: () => void): void;
  /** The next process that comes to this point dies there. */
  crashAt(point: CrashPoint, fault: string): void;
  /** The process ends now; another one starts a little later, after `between`. */
  restart(loss: Loss, between?: () => void): void;
  /** The next boots find this wrong and must refuse. */
  refuseBoot(problem: 'corrupt' | 'account' | 'policy'): void;
  /** The old copy of the journal takes the place of the file. */
  putBack(): void;
  /** Sees every order as it is committed as planned, until it says that it has seen enough. */
  whenPlanned(look: (order: ApprovedOrder) => boolean): void;
  /** Runs once, when the next process opens its private stream. */
  whenStreamOpens(task: () => void): void;
  /** Whether the plan has a fault of these. */
  isPlanned(...ids: readonly string[]): boolean;
  secondDaemon(): void;
  terminate(roll: number): void;
  reload(roll: number): void;
}

export interface FaultKind {
  readonly words: string;
  /** How often it is drawn, compared with others. */
  readonly weight: number;
  readonly begin: (host: FaultHost, fault: FaultShape) => void;
}

const QUERIES = ['order', 'open', 'history', 'trades', 'balances', 'bars'] as const;
export const EVERYTHING: readonly RequestKind[] = ['place', 'cancel', ...QUERIES];

/** Bends the next request of these kinds. */
export function onRequest(
  words: string,
  kinds: readonly RequestKind[],
  effect: (fault: FaultShape, host: FaultHost, subject: string) => Effect,
): FaultKind {
  return {
    words,
    weight: 3,
    begin: (host, fault) => {
      host.network.rules.push({
        kinds,
        times: 1,
        effect: (subject) => effect(fault, host, subject),
        met: () => {
          host.occurred(fault.id);
        },
      });
    },
  };
}

/** Bends something for a while. */
export function forAWhile(
  words: string,
  bend: (host: FaultHost, fault: FaultShape) => () => void,
  weight = 2,
): FaultKind {
  return {
    words,
    weight,
    begin: (host, fault) => {
      host.occurred(fault.id);
      host.until(fault.forMs, bend(host, fault));
    },
  };
}

/** Something happens at one moment. */
export function atOnce(
  words: string,
  act: (host: FaultHost, fault: FaultShape) => void,
  weight = 2,
): FaultKind {
  return {
    words,
    weight,
    begin: (host, fault) => {
      host.occurred(fault.id);
      act(host, fault);
    },
  };
}

/** Does something now and again and again, until the returned function is called. @param everyMs drawn before each wait */
export function repeatedly(host: Host, everyMs: () => number, task: () => void): () => void {
  let isOver = false;
  const again = (): void => {
    if (isOver) return;
    task();
    host.scheduler.after(everyMs(), again);
  };
  again();
  return () => {
    isOver = true;
  };
}

export function crash(words: string, point: CrashPoint): FaultKind {
  return {
    words,
    weight: 2,
    begin: (host, fault) => {
      host.crashAt(point, fault.id);
    },
  };
}

export function queueFault(words: string, name: keyof QueueWeather): FaultKind {
  return {
    words,
    weight: 2,
    begin: (host, fault) => {
      const { weather } = host.queue;
      weather[name] = true;
      host.queue.reasons.set(name, () => {
        host.occurred(fault.id);
      });
      host.until(fault.forMs, () => {
        weather[name] = false;
      });
    },
  };
}

export const html = (status: number): Answer => ({ status, body: '<html>gateway</html>' });
export const pick = <Item>(items: readonly Item[], roll: number): Item =>
  items[Math.min(items.length - 1, Math.floor(roll * items.length))] as Item;
export const symbolOf = (host: Host, roll: number): MarketSymbol =>
  pick(host.exchange.markets, (roll * 7) % 1).symbol;

export function refusal(code: number, msg: string): Answer {
  return { status: 400, body: { code, msg } };
}

export function isOpenOrder({ status, body }: Answer): boolean {
  return status === 200 && typeof body === 'object' && body !== null && 'status' in body
    ? body.status === 'open'
    : false;
}
