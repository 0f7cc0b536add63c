/** The synthetic market does what its regimes say. Seeds are fixed and bounds generous: a failure means a feature is gone. */
import { describe, expect, it } from '@jest/globals';
import { COMMON_SD, Paths } from '../../../../src/simulator/market/paths.ts';
import { Random } from '../../../../src/core/domain/random.ts';
import {
  REGIMES,
  Schedule,
  isRegime,
  volumeOfDay,
} from '../../../../src/simulator/market/regimes.ts';
import type { RegimeName } from '../../../../src/simulator/market/regimes.ts';
import { DEFAULT_SYMBOLS } from '../../../../src/simulator/market/synthetic.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/simulator/market/timeframes.ts';
import { World } from '../../../../src/simulator/market/world.ts';
import type { WorldOptions } from '../../../../src/simulator/market/worldOptions.ts';
import type { WorldCandle } from '../../../../src/simulator/market/worldViews.ts';

/** A midnight. */
const START = Date.UTC(2026, 0, 5);

/** Log prices of two symbols at each minute of a regime, from the model of the mid prices alone. */
function walk(options: {
  regime: RegimeName;
  hours: number;
  seed?: number;
  betas?: readonly [number, number];
}): [number[], number[]] {
  const { regime, hours, seed = 1, betas = [1, 1] } = options;
  const specs = betas.map((beta, index) => ({
    id: `S${String(index)}`,
    beta,
    driftShare: 1,
    ownSd: COMMON_SD,
  }));
  const paths = new Paths({ seed, specs, regime });
  const logs: [number[], number[]] = [[], []];
  for (let minute = 0; minute < hours * 60; minute += 1) {
    paths.step(1);
    for (const [index, column] of logs.entries()) column.push(paths.logPrice(index));
  }
  return logs;
}

/** Minute bars of a whole market with house, takers and matching. */
function trade(
  options: Partial<WorldOptions> & { regime: RegimeName },
  hours: number,
): WorldCandle[][] {
  const world = new World({
    seed: 1,
    startAtMs: START,
    historyBars: 0,
    symbols: DEFAULT_SYMBOLS.slice(0, 1),
    accounts: [],
    ...options,
  });
  const { nowMs } = world;
  world.advanceTo(nowMs + hours * HOUR_MS);
  return world.instruments.map(({ id }) => world.candles(id, '1m', nowMs).slice(0, -1));
}

function traded(regime: RegimeName, hours: number, seed = 1): WorldCandle[] {
  return trade({ regime, seed }, hours)[0] ?? [];
}

function changes(logs: readonly number[]): number[] {
  return logs.slice(1).map((log, index) => log - (logs[index] ?? log));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(left: readonly number[], right: readonly number[]): number {
  const [mx, my] = [mean(left), mean(right)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [index, x] of left.entries()) {
    const y = (right[index] ?? my) - my;
    xy += (x - mx) * y;
    xx += (x - mx) ** 2;
    yy += y * y;
  }
  return xy / Math.sqrt(xx * yy);
}

function volume(bars: readonly WorldCandle[]): number {
  return bars.reduce((sum, bar) => sum + bar.volume, 0);
}

/** The deepest fall from an earlier high, in log price. */
function drawdown(logs: readonly number[]): number {
  let high = -Infinity;
  let deepest = 0;
  for (const log of logs) {
    high = Math.max(high, log);
    deepest = Math.max(deepest, high - log);
  }
  return deepest;
}

const SEEDS = [1, 2, 3, 4, 5];

describe('a synthetic market', () => {
  it('clusters its volatility: large moves follow large moves, their direction does not', () => {
    const moves = changes(walk({ regime: 'range', hours: 24 * 30 })[0]);
    const sizes = moves.map(Math.abs);
    const lagged = (values: readonly number[], lag: number): number =>
      correlation(values.slice(lag), values.slice(0, -lag));
    for (const lag of [1, 5, 15]) expect(lagged(sizes, lag)).toBeGreaterThan(0.08);
    expect(Math.abs(lagged(moves, 1))).toBeLessThan(0.04);
  });

  it('jumps now and then, by more than its volatility explains', () => {
    const moves = changes(walk({ regime: 'range', hours: 24 * 30 })[0]);
    const deviation = Math.sqrt(mean(moves.map((move) => move * move)));
    const jumps = moves.filter((move) => Math.abs(move) > 7 * deviation).length;
    expect(jumps).toBeGreaterThan(2);
    expect(jumps).toBeLessThan(60);
  });

  it('trades most around midnight and least around noon', () => {
    const hourAt = (hour: number): number =>
      volume(trade({ regime: 'range', startAtMs: START + hour * HOUR_MS }, 2)[0] ?? []);
    expect(hourAt(23) / hourAt(11)).toBeGreaterThan(1.7);
    expect([volumeOfDay(START), volumeOfDay(START + DAY_MS / 2)]).toEqual([1.5, 0.5]);
    const hours = Array.from({ length: 24 }, (_, hour) => volumeOfDay(START + hour * HOUR_MS));
    expect(mean(hours)).toBeCloseTo(1, 10);
  });

  it.each([0, 0.5, 0.9])('gives its symbols the correlation asked for: %d', (asked) => {
    const symbols = DEFAULT_SYMBOLS.slice(0, 2);
    const [btc = [], eth = []] = trade({ regime: 'range', correlation: asked, symbols }, 4).map(
      (bars) => changes(bars.map((bar) => Math.log(bar.close))),
    );
    expect(Math.abs(correlation(btc, eth) - asked)).toBeLessThan(0.18);
  });

  it('refuses a correlation that is none', () => {
    expect(() => trade({ regime: 'range', correlation: 1.1 }, 0)).toThrow(
      'correlation 1.1: expected a number from 0 to 1',
    );
  });

  it('runs along the same path with and without a past, and with and without another symbol', () => {
    const alone = trade({ regime: 'mixed' }, 2);
    const together = trade({ regime: 'mixed', symbols: DEFAULT_SYMBOLS, historyBars: 5 }, 2);
    expect(together[0]).toEqual(alone[0]);
  });
});

describe('the regime', () => {
  it('trend rises, with buyers in the majority', () => {
    const moves = SEEDS.map((seed) => walk({ regime: 'trend', hours: 24, seed })[0].at(-1) ?? 0);
    expect(mean(moves)).toBeGreaterThan(0.03);
    expect(moves.filter((move) => move > 0).length).toBeGreaterThanOrEqual(4);
    const world = new World({
      seed: 1,
      startAtMs: START,
      regime: 'trend',
      historyBars: 0,
      accounts: [],
    });
    world.advanceTo(START + HOUR_MS);
    const sides = world.trades('BTC/USDT').map((print) => print.takerSide);
    expect(sides.filter((side) => side === 'buy').length).toBeGreaterThan(0.52 * sides.length);
  });

  it('range comes back to where it was', () => {
    for (const seed of SEEDS) {
      const [logs] = walk({ regime: 'range', hours: 24, seed });
      expect(Math.max(...logs) - Math.min(...logs)).toBeLessThan(0.12);
      expect(drawdown(logs)).toBeLessThan(0.1);
    }
  });

  it('crash loses a tenth and more within hours, on heavy volume and sellers', () => {
    for (const seed of SEEDS)
      expect(drawdown(walk({ regime: 'crash', hours: 2, seed })[0])).toBeGreaterThan(0.1);
    const crash = traded('crash', 1);
    expect(drawdown(crash.map((bar) => Math.log(bar.close)))).toBeGreaterThan(0.07);
    expect(volume(crash.slice(0, 20))).toBeGreaterThan(3 * volume(traded('range', 1).slice(0, 20)));
  });

  it('squeeze is quiet first, then runs up', () => {
    for (const seed of SEEDS) {
      const [logs] = walk({ regime: 'squeeze', hours: 5, seed });
      expect(Math.max(...logs.slice(0, 55).map(Math.abs))).toBeLessThan(0.02);
      expect(Math.max(...logs)).toBeGreaterThan(0.05);
    }
  });

  it('dead hardly trades and hardly moves', () => {
    const dead = traded('dead', 3);
    const lively = traded('range', 3);
    expect(volume(dead)).toBeGreaterThan(0);
    expect(volume(dead)).toBeLessThan(volume(lively) * 0.1);
    expect(dead.filter((bar) => bar.volume === 0).length).toBeGreaterThan(dead.length * 0.1);
    const swing = (bars: readonly WorldCandle[]): number =>
      Math.max(...bars.map((bar) => bar.high)) / Math.min(...bars.map((bar) => bar.low)) - 1;
    expect(swing(dead)).toBeLessThan(swing(lively) * 0.4);
  });

  it('mixed visits every phase of every act sooner or later', () => {
    const schedule = new Schedule('mixed', Random.stream(1, 'market/regime'));
    const minutesIn = new Map<string, number>();
    for (let minute = 0; minute < 365 * 1440; minute += 10) {
      schedule.pass(10);
      minutesIn.set(schedule.name, (minutesIn.get(schedule.name) ?? 0) + 10);
    }
    expect([...minutesIn.keys()].sort()).toEqual(
      [
        'burst',
        'coil',
        'dead',
        'down',
        'fade',
        'fall',
        'range',
        'rebound',
        'recovery',
        'up',
      ].sort(),
    );
    expect(minutesIn.get('range') ?? 0).toBeGreaterThan(minutesIn.get('fall') ?? 0);
  });

  it('has a name that is known', () => {
    expect(REGIMES).toEqual(['mixed', 'trend', 'range', 'crash', 'squeeze', 'dead']);
    expect([isRegime('crash'), isRegime('toString')]).toEqual([true, false]);
  });
});
