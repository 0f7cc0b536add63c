/** How many operations a second the simulated exchange's engine carries out: no protocol, no sockets, users' orders alone. */
import { isOpen } from '../../../src/simulator/engine/account.ts';
import { Engine } from '../../../src/simulator/engine/engine.ts';
import type {
  EngineListener,
  Order,
  OrderRequest,
  Side,
} from '../../../src/simulator/engine/types.ts';
import { makeInstrument } from '../../../src/simulator/engine/types.ts';
import type { ChildService } from '../child.ts';
import { randomFrom } from '../market.ts';
import { startStopwatch, type Cost } from '../statistics.ts';

const INSTRUMENT = makeInstrument({
  base: 'BTC',
  quote: 'USDT',
  priceDecimals: 2,
  lotDecimals: 5,
  minNotional: 500_000_000n,
});
const ACCOUNTS = ['ann', 'bob', 'cat', 'dan'];
const ATOMS = 10n ** 18n;
/** Out of a hundred operations: so many rest, so many cancel, the others take. */
const PASSIVE = 60;
const CANCELS = 30;
const MID_TICKS = 5_000_000;
/** How far the middle of the market may wander, and how far from it orders rest. */
const WANDER_TICKS = 2_000;
const DEPTH_TICKS = 200;
/** Five dollars at the least: the smallest notional. */
const LOTS_MIN = 11;
const FIRST_MS = 1_760_000_000_000;
const LOTS_MAX = 1_000;
/** A taking order is worth up to so many resting ones: with 5 the book stays thin, with 3 thousands of orders rest. */
const TAKEN = { thin: 5, deep: 3 } as const;

export interface MatchingCase {
  readonly operations: number;
  readonly rounds: number;
  readonly checked: boolean;
  readonly book: keyof typeof TAKEN;
}

export interface MatchingFigures {
  readonly costs: readonly Cost[];
  readonly trades: number;
  readonly open: number;
}

export async function open(request: unknown): Promise<ChildService> {
  const { operations, rounds, checked, book } = request as MatchingCase;
  const flow = new Flow(checked, TAKEN[book]);
  const costs: Cost[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const stopwatch = startStopwatch();
    for (let left = operations; left > 0; left -= 1) flow.step();
    const cost = stopwatch.stop();
    if (round > 0) costs.push(cost);
  }
  const { trades, resting } = flow;
  return { ready: { costs, trades, open: resting } satisfies MatchingFigures };
}

/** A seeded stream of operations on one engine. */
class Flow {
  trades = 0;
  readonly #engine: Engine;
  readonly #random = randomFrom(1);
  /** Orders that rest, and some that have been filled since. */
  readonly #orders: Order[] = [];
  readonly #taken: number;
  #count = 0;
  #mid = MID_TICKS;

  constructor(checked: boolean, taken: number) {
    this.#taken = taken;
    const listener: EngineListener = {
      onOrder: () => undefined,
      onTrade: () => void (this.trades += 1),
      onLevel: () => undefined,
    };
    this.#engine = new Engine([INSTRUMENT], listener, { checked });
    const balances = new Map([
      ['BTC', ATOMS],
      ['USDT', ATOMS],
    ]);
    for (const id of ACCOUNTS)
      this.#engine.openAccount({ id, balances, makerPpm: 750, takerPpm: 1_000, isHouse: false });
  }

  /** Orders open at the end. */
  get resting(): number {
    return this.#orders.filter(isOpen).length;
  }

  step(): void {
    this.#count += 1;
    const kind = this.#below(100);
    if (kind < PASSIVE) this.#rest();
    else if (kind < PASSIVE + CANCELS) this.#cancel();
    else this.#take();
  }

  #rest(): void {
    const side: Side = this.#below(2) === 0 ? 'BUY' : 'SELL';
    const away = 1 + this.#below(DEPTH_TICKS);
    const ticks = this.#mid + (side === 'BUY' ? -away : away);
    const order = this.#place({
      side,
      ticks,
      lots: LOTS_MIN + this.#below(LOTS_MAX),
      timeInForce: 'GTC',
    });
    if (isOpen(order)) this.#orders.push(order);
  }

  /** Cancels an open order chosen at random; those that have been filled are forgotten on the way. */
  #cancel(): void {
    while (this.#orders.length > 0) {
      const index = this.#below(this.#orders.length);
      const order = this.#orders[index];
      const last = this.#orders.pop();
      if (last !== undefined && last !== order) this.#orders[index] = last;
      if (order !== undefined && this.#engine.cancel(order, FIRST_MS + this.#count)) return;
    }
  }

  #take(): void {
    const side: Side = this.#below(2) === 0 ? 'BUY' : 'SELL';
    const away = this.#below(DEPTH_TICKS);
    const ticks = this.#mid + (side === 'BUY' ? away : -away);
    const lots = LOTS_MIN + this.#below(this.#taken * LOTS_MAX);
    this.#place({ side, ticks, lots, timeInForce: 'IOC' });
    const moved = this.#mid + this.#below(11) - 5;
    if (Math.abs(moved - MID_TICKS) < WANDER_TICKS) this.#mid = moved;
  }

  #place(wanted: Pick<OrderRequest, 'side' | 'ticks' | 'lots' | 'timeInForce'>): Order {
    const result = this.#engine.place(
      {
        accountId: ACCOUNTS[this.#below(ACCOUNTS.length)] ?? '',
        instrumentId: INSTRUMENT.id,
        side: wanted.side,
        type: 'LIMIT',
        timeInForce: wanted.timeInForce,
        ticks: wanted.ticks,
        lots: wanted.lots,
        quoteBudget: 0n,
        clientOrderId: `c${this.#count}`,
      },
      FIRST_MS + this.#count,
    );
    if (!result.ok) throw new Error(`refused: ${result.refusal}`);
    return result.order;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
