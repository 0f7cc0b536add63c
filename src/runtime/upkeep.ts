/**
 * What keeps the books true while the bot runs, and makes them true before it is armed: the same rounds at boot and after it,
 * on one schedule. Each may be repeated at any time.
 */
import type { GatewaySink } from '../ports/exchangeGateway.ts';
import type { Parts, TraderDeps } from './parts.ts';
import { Schedule } from './schedule.ts';

const IN_FLIGHT_MS = 2_000;
const OPEN_ORDERS_MS = 10_000;
const BALANCES_MS = 30_000;
const EVERYTHING_MS = 5 * 60_000;
const CLOCK_MS = 10 * 60_000;
/** How often strategies' states are kept although nothing else was. */
const CHECKPOINT_MS = 30_000;
/** Before a difference that the first round found is looked at again: fills travel. */
const SECOND_LOOK_MS = 1_000;

const EVERYTHING = 'comparing everything';
/** An order whose outcome is not known this long after it should be is worth an operator's look. */
const OVERDUE_MS = 60_000;
const OVERDUE = 'the outcome of an order is not known';

export class Upkeep {
  readonly schedule: Schedule;
  /** The private stream is up. */
  streamUp = false;
  readonly #deps: TraderDeps;
  readonly #parts: Parts;

  constructor(deps: TraderDeps, parts: Parts) {
    this.#deps = deps;
    this.#parts = parts;
    const { reconciler, exchangeClock, session } = parts;
    this.schedule = new Schedule(deps, [
      { name: 'orders in flight', everyMs: IN_FLIGHT_MS, task: () => this.#inFlight() },
      { name: 'open orders', everyMs: OPEN_ORDERS_MS, task: () => reconciler.checkOrders() },
      { name: 'balances', everyMs: BALANCES_MS, task: () => reconciler.checkBalances() },
      { name: EVERYTHING, everyMs: EVERYTHING_MS, task: () => reconciler.round() },
      { name: "the exchange's clock", everyMs: CLOCK_MS, task: () => exchangeClock.measure() },
      {
        name: 'keeping states',
        everyMs: CHECKPOINT_MS,
        task: () => {
          session.checkpoint();
        },
      },
    ]);
  }

  /**
   * Before arming: key, clock, private stream, orders of unknown outcome, then everything. Repeatable from the start.
   * @throws Error `KEY_REFUSED`, `GATEWAY_FAILED` naming the question the exchange did not answer.
   */
  async settle(): Promise<void> {
    const { clock, gateway } = this.#deps;
    const { exchangeClock, holds, reconciler, resolver } = this.#parts;
    await this.#checkKey();
    await exchangeClock.measure();
    await gateway.open(this.#sink());
    await resolver.sweep();
    holds.lift();
    await reconciler.round();
    if (!reconciler.suspicious) return;
    await new Promise<void>((resolve) => clock.after(SECOND_LOOK_MS, resolve));
    await reconciler.round();
  }

  /** What filled up to now is booked before the books close. */
  async lastLook(): Promise<void> {
    await this.#parts.reconciler.catchUp();
  }

  /** A key that could empty the account is not accepted; what an exchange does not tell is said in the log. */
  async #checkKey(): Promise<void> {
    const { gateway, logger } = this.#deps;
    const { trading, withdrawals } = await gateway.permissions();
    if (trading === false) {
      throw new Error('KEY_REFUSED: the key may not trade; enable spot trading for it');
    }
    if (withdrawals === true) {
      throw new Error('KEY_REFUSED: the key may withdraw; make one that can only trade');
    }
    if (withdrawals === 'unknown') logger.warn({}, 'whether the key may withdraw is not known');
  }

  #sink(): GatewaySink {
    const { session } = this.#parts;
    return {
      report: (report) => {
        session.report(report);
      },
      fill: (fill) => {
        session.fill(fill);
      },
      balances: () => undefined,
      stream: (up, message) => {
        this.streamUp = up;
        this.#deps.logger.info({ up, message }, 'private stream');
        if (up) this.schedule.hurry(EVERYTHING);
      },
    };
  }

  async #inFlight(): Promise<void> {
    const { session, resolver, reconciler } = this.#parts;
    for (const order of session.liveOrders()) if (order.state === 'UNKNOWN') resolver.watch(order);
    this.#holdOverdue();
    await reconciler.checkInFlight();
    // Nobody tells us of fills meanwhile.
    if (!this.streamUp && session.liveOrders().length > 0) await reconciler.catchUp();
  }

  /** Exposure of an unknown order stays reserved; what its symbol does next waits until it is known. */
  #holdOverdue(): void {
    const { resolver, holds, exchangeClock } = this.#parts;
    const overdue = resolver.overdue(exchangeClock.quiescenceMs + OVERDUE_MS);
    if (overdue.size === 0) holds.lift(OVERDUE);
    else holds.hold(OVERDUE, overdue);
  }
}
