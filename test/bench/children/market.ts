/** Whole worlds in virtual time, in process and without sockets. */
import type { Side } from '../../../src/simulator/engine/types.ts';
import type { RegimeName } from '../../../src/simulator/market/regimes.ts';
import { MINUTE_MS } from '../../../src/simulator/market/timeframes.ts';
import { World } from '../../../src/simulator/market/world.ts';
import type { WorldOptions } from '../../../src/simulator/market/worldOptions.ts';
import type { ChildService } from '../child.ts';
import { startStopwatch, type Cost } from '../statistics.ts';

const START_MS = 1_760_000_000_000;
/** Worlds made to time one. */
const WORLDS = 200;
/** Levels of the user's grid on each side. */
const GRID = 5;

export interface MarketCase {
  readonly minutes: number;
  readonly regime: RegimeName;
  readonly historyBars: number;
  readonly isUserTrading: boolean;
}

export interface MarketFigures {
  /** Of all the minutes. */
  readonly run: Cost;
  /** Milliseconds of processor time to make a world, and to hash one. */
  readonly makeMs: number;
  readonly hashMs: number;
  /** Orders accepted, of house, takers and user, and trades of the user. */
  readonly orders: number;
  readonly userTrades: number;
}

export async function open(request: unknown): Promise<ChildService> {
  const { minutes, regime, historyBars, isUserTrading } = request as MarketCase;
  const options: WorldOptions = {
    seed: 1,
    startAtMs: START_MS,
    historyBars,
    regime,
    accounts: [{ id: 'user', balances: { USDT: '1000000', BTC: '10', ETH: '100', SOL: '1000' } }],
  };
  const makeMs = timed(WORLDS, (index) => new World({ ...options, seed: index }));
  const world = new World(options);
  const stopwatch = startStopwatch();
  for (let minute = 1; minute <= minutes; minute += 1) {
    if (isUserTrading) trade(world);
    world.advanceTo(START_MS + minute * MINUTE_MS);
  }
  const run = stopwatch.stop();
  const hashMs = timed(WORLDS, () => world.stateHash());
  const figures: MarketFigures = {
    run,
    makeMs,
    hashMs,
    orders: world.engine.counters.orderId,
    userTrades: world.engine.accounts.get('user')?.trades.length ?? 0,
  };
  return { ready: figures };
}

/** Processor milliseconds per call. */
function timed(calls: number, call: (index: number) => unknown): number {
  const stopwatch = startStopwatch();
  for (let index = 0; index < calls; index += 1) call(index);
  return stopwatch.stop().cpuMs / calls;
}

/** Replaces a grid of orders around the price of every market. */
function trade(world: World): void {
  world.cancelAll('user');
  for (const { instrument, lastTicks } of world.markets.values()) {
    for (let level = 1; level <= GRID; level += 1) {
      for (const side of ['BUY', 'SELL'] satisfies Side[]) {
        const away = 1 + (side === 'BUY' ? -1 : 1) * level * 0.0004;
        world.place({
          accountId: 'user',
          instrumentId: instrument.id,
          side,
          type: 'LIMIT',
          timeInForce: 'GTC',
          ticks: Math.round(lastTicks * away),
          lots: 100,
          quoteBudget: 0n,
          clientOrderId: `${side}${level}`,
        });
      }
    }
  }
}
