/**
 * The way to the exchange and back, in virtual time: a request leg, the exchange, a reply leg. Rules bend single requests.
 * What has left a process reaches the exchange whether or not that process lives on.
 */
import { withDeadline } from '../../src/adapters/ccxt/deadline.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Dice } from './dice.ts';
import type { Answer } from './exchange.ts';
import type { Owner, Scheduler } from './scheduler.ts';

export type RequestKind =
  | 'place'
  | 'cancel'
  | 'order'
  | 'open'
  | 'history'
  | 'trades'
  | 'balances'
  | 'instruments'
  | 'permissions'
  | 'time'
  | 'bars';

/** What happens to one request. */
export interface Effect {
  /** Never arrives; or arrives that much later. */
  readonly request?: 'lost' | number;
  /** Someone on the way answers this; the exchange never sees the request. */
  readonly instead?: Answer;
  /** The connection breaks before the answer is through; or the answer never ends. */
  readonly reply?: 'reset' | 'stall';
  /** The sender sees a broken connection while the request still travels. */
  readonly isGivenUp?: boolean;
  /** What the broken connection's error says. */
  readonly words?: string;
  /** Runs at the exchange just before it takes the request, and just after. */
  readonly before?: () => void;
  readonly after?: () => void;
  /** The answer as it arrives. */
  readonly turn?: (answer: Answer) => Answer;
}

export interface Rule {
  readonly kinds: readonly RequestKind[];
  /** The one order it is about; any when absent. */
  readonly subject?: string;
  /** Requests it is still good for. */
  times: number;
  /** @param subject client id of the order the request is about; empty when about none. */
  readonly effect: (subject: string) => Effect;
  /** Called when a request has met it. */
  readonly met: () => void;
}

/** The same for all processes: rules lie between them and the exchange. */
export class Network {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  rules: Rule[] = [];
  /** The rate budget is used up: orders and cancels wait for long before they may leave. */
  isBudgetSpent = false;
  /** Virtual time until which something waits for it. */
  heldUntilMs = 0;
  /** Requests that were held up on their way and have not arrived. */
  late = 0;
  /** What every request is answered with while the exchange is down. */
  outage: () => Answer | undefined = () => undefined;

  constructor(scheduler: Scheduler, dice: Dice) {
    this.scheduler = scheduler;
    this.dice = dice;
  }

  /** The effect on the next request of a kind; uses a rule up. */
  effectOn(kind: RequestKind, subject: string): Effect {
    const rule = this.rules.find(
      (candidate) => candidate.kinds.includes(kind) && (candidate.subject ?? subject) === subject,
    );
    if (!rule) return {};
    rule.times -= 1;
    if (rule.times <= 0) this.rules = this.rules.filter((other) => other !== rule);
    rule.met();
    return rule.effect(subject);
  }

  /** How long an order or a cancel waits in its process before it is signed and leaves. */
  waitMs(): number {
    if (this.isBudgetSpent) {
      const waitMs = this.dice.between(500, 20_000);
      this.heldUntilMs = Math.max(this.heldUntilMs, this.scheduler.now + waitMs);
      return waitMs;
    }
    return this.dice.chance(0.2) ? this.dice.between(1, 40) : 0;
  }

  /** One leg: mostly short, now and then long. */
  legMs(): number {
    return this.dice.chance(0.05) ? this.dice.between(100, 800) : this.dice.between(5, 60);
  }
}

/** Own hard ends of requests, as the adapter has them. */
const DEADLINES_MS = { order: 10_000, query: 15_000 } as const;

/** One process's connection. */
export class Wire {
  readonly #network: Network;
  readonly #owner: Owner;
  readonly #clock: Clock;

  constructor(network: Network, owner: Owner, clock: Clock) {
    this.#network = network;
    this.#owner = owner;
    this.#clock = clock;
  }

  /** Waits for the rate budget: what happens meanwhile must be seen by whoever looks when the bytes leave. */
  admitted(): Promise<void> {
    const waitMs = this.#network.waitMs();
    if (waitMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#network.scheduler.after(waitMs, resolve, this.#owner);
    });
  }

  /** @throws Error when no answer came: reset or out of time. */
  ask(kind: RequestKind, work: () => Answer, subject = ''): Promise<Answer> {
    // Nothing leaves a dead process, and nothing comes back to it.
    if (!this.#owner.alive) return new Promise(() => undefined);
    const isOrder = kind === 'place' || kind === 'cancel';
    const limitMs = isOrder ? DEADLINES_MS.order : DEADLINES_MS.query;
    return withDeadline(
      this.#clock,
      limitMs,
      this.#legs(this.#network.effectOn(kind, subject), work),
    );
  }

  #legs(effect: Effect, work: () => Answer): Promise<Answer> {
    const network = this.#network;
    const lateMs = typeof effect.request === 'number' ? effect.request : 0;
    return new Promise((resolve, reject) => {
      const back = (deliver: () => void): void => {
        network.scheduler.after(network.legMs(), deliver, this.#owner);
      };
      const broken = (): void => {
        back(() => {
          reject(new Error(effect.words ?? 'read ECONNRESET'));
        });
      };
      if (effect.isGivenUp) broken();
      if (lateMs > 0) network.late += 1;
      network.scheduler.after(network.legMs() + lateMs, () => {
        if (lateMs > 0) network.late -= 1;
        if (effect.request === 'lost') {
          broken();
          return;
        }
        effect.before?.();
        const answer = effect.instead ?? work();
        effect.after?.();
        if (effect.reply === 'reset') broken();
        else if (effect.reply !== 'stall')
          back(() => {
            // Whoever stands in front of an exchange that has gone down answers for it, whatever it had done.
            resolve(network.outage() ?? effect.turn?.(answer) ?? answer);
          });
      });
    });
  }
}
