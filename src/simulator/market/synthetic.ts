/**
 * The seeded synthetic market: every step of market time the mid prices move, the house requotes around them,
 * and takers arrive at random moments of the step. All matching happens in the real engine, so users' orders
 * queue, rest and trade like anybody else's, and every trade is a print on the tape.
 */
import { formatScaled } from '../engine/amounts.ts';
import type { Instrument } from '../engine/types.ts';
import { makeInstrument } from '../engine/types.ts';
import type { CandleBook } from './candleBook.ts';
import type { Feed, FeedContext } from './feed.ts';
import { makeSyntheticHistory } from './history.ts';
import { HouseQuotes } from './house.ts';
import type { TapeGrid } from './market.ts';
import type { PathsState } from './paths.ts';
import { Paths } from './paths.ts';
import type { RandomState } from './random.ts';
import { Random, hashText, mix } from './random.ts';

/** A symbol of the synthetic market. */
export interface SyntheticSymbol {
  readonly base: string;
  readonly quote: string;
  readonly priceDecimals: number;
  readonly lotDecimals: number;
  /** Smallest notional in quote atoms. */
  readonly minNotional: bigint;
  /** Price at the start of the world, in quote units. */
  readonly startPrice: number;
  /** Weight of the common factor and own standard deviation per √minute. */
  readonly beta: number;
  readonly ownSd: number;
}

const MIN_NOTIONAL = 500_000_000n;

/** The symbols of the demonstration market. */
export const DEFAULT_SYMBOLS: readonly SyntheticSymbol[] = [
  {
    base: 'BTC',
    quote: 'USDT',
    priceDecimals: 2,
    lotDecimals: 5,
    minNotional: MIN_NOTIONAL,
    startPrice: 60_000,
    beta: 1,
    ownSd: 0.0008,
  },
  {
    base: 'ETH',
    quote: 'USDT',
    priceDecimals: 2,
    lotDecimals: 4,
    minNotional: MIN_NOTIONAL,
    startPrice: 3_000,
    beta: 1.1,
    ownSd: 0.0009,
  },
  {
    base: 'SOL',
    quote: 'USDT',
    priceDecimals: 2,
    lotDecimals: 3,
    minNotional: MIN_NOTIONAL,
    startPrice: 150,
    beta: 1.2,
    ownSd: 0.001,
  },
];

/** Market time between two moves of the mid price. */
const STEP_MS = 1_000;
/** Days of the past that the rings of bars hold, with room for the present. */
const HISTORY_BARS_MAX = 1_300;
/** House price levels per side. */
const LEVELS = 20;
/** Distance of neighbouring house levels, and half the smallest spread, as parts of the price. */
const LEVEL_GAP = 0.00007;
const HALF_SPREAD = 0.00003;
/** Typical value of a house level and of a taker's order, in quote units. */
const LEVEL_QUOTE = 20_000;
const TAKER_QUOTE = 1_200;
const TAKERS_PER_SECOND = 1.2;
/** Spread of taker sizes: standard deviation of their logarithm. */
const TAKER_SIZE_SD = 1;
/** A taker gives up this far from the mid. */
const TAKER_REACH = 0.0005;
/** Most takers in one step; the Poisson tail beyond is cut. */
const TAKERS_PER_STEP_MAX = 16;

interface Arrival {
  readonly atMs: number;
  readonly symbol: number;
  readonly isBuy: boolean;
  readonly lots: number;
  readonly mid: number;
}

interface Quoted {
  readonly spec: SyntheticSymbol;
  readonly instrument: Instrument;
  readonly flow: Random;
  readonly jitterSeed: number;
  readonly gapTicks: number;
  readonly levelLots: number;
  readonly takerLots: number;
  house: HouseQuotes | undefined;
}

interface SyntheticState {
  readonly stepMs: number;
  readonly paths: PathsState;
  readonly flows: readonly RandomState[];
  readonly arrivals: readonly Arrival[];
}

export class SyntheticFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly startMs: number;
  readonly endMs = Infinity;
  readonly isTapeFromEngine = true;
  readonly #paths: Paths;
  readonly #quoted: readonly Quoted[];
  readonly #history: ReadonlyMap<string, () => CandleBook>;
  readonly #startLog: readonly number[];
  #stepMs: number;
  #arrivals: Arrival[] = [];

  constructor(options: {
    seed: number;
    startMs: number;
    symbols: readonly SyntheticSymbol[];
    historyBars: number;
  }) {
    const { seed, symbols, historyBars } = options;
    if (historyBars > HISTORY_BARS_MAX) {
      throw new Error(
        `historyBars ${String(historyBars)}: a synthetic market keeps at most ${String(HISTORY_BARS_MAX)}`,
      );
    }
    this.startMs = Math.ceil(options.startMs / STEP_MS) * STEP_MS;
    this.#stepMs = this.startMs;
    this.#quoted = symbols.map((spec) => makeQuoted(spec, seed));
    this.instruments = this.#quoted.map((quoted) => quoted.instrument);
    const specs = this.#quoted.map(({ spec, instrument }) => ({
      id: instrument.id,
      beta: spec.beta,
      ownSd: spec.ownSd,
    }));
    this.#paths = new Paths(seed, specs);
    this.#history = makeSyntheticHistory({
      seed,
      paths: this.#paths,
      startMs: this.startMs,
      historyBars,
      symbols: this.#quoted.map(({ spec, instrument, takerLots }) => ({
        id: instrument.id,
        startTicks: spec.startPrice * 10 ** spec.priceDecimals,
        lotsPerMinute: takerLots * TAKERS_PER_SECOND * 60,
      })),
    });
    this.#startLog = symbols.map((_, index) => this.#paths.logPrice(index));
  }

  tapeGrid({ priceDecimals, lotDecimals }: Instrument): TapeGrid {
    return { priceDecimals, volumeDecimals: lotDecimals };
  }

  history(instrument: Instrument): CandleBook {
    const candles = this.#history.get(instrument.id)?.();
    if (candles === undefined) throw new Error(`no history of ${instrument.id}`);
    return candles;
  }

  open(context: FeedContext): void {
    for (const [index, quoted] of this.#quoted.entries()) {
      quoted.house = new HouseQuotes(context.engine, quoted.instrument);
      this.#requote(quoted, index, this.startMs);
    }
  }

  nextAtMs(): number {
    return Math.min(this.#stepMs, this.#arrivals[0]?.atMs ?? Infinity);
  }

  runNext(): void {
    const arrival = this.#arrivals[0];
    if (arrival !== undefined && arrival.atMs <= this.#stepMs) {
      this.#arrivals.shift();
      this.#take(arrival);
      return;
    }
    const nowMs = this.#stepMs;
    this.#paths.step(STEP_MS / 60_000);
    for (const [index, quoted] of this.#quoted.entries()) {
      this.#requote(quoted, index, nowMs);
      this.#drawTakers(quoted, index, nowMs);
    }
    this.#arrivals.sort((a, b) => a.atMs - b.atMs || a.symbol - b.symbol);
    this.#stepMs += STEP_MS;
  }

  snapshot(): SyntheticState {
    return {
      stepMs: this.#stepMs,
      paths: this.#paths.state(),
      flows: this.#quoted.map((quoted) => quoted.flow.state()),
      arrivals: [...this.#arrivals],
    };
  }

  restore(snapshot: unknown, context: FeedContext): void {
    const state = snapshot as SyntheticState;
    this.#stepMs = state.stepMs;
    this.#paths.restore(state.paths);
    this.#arrivals = [...state.arrivals];
    for (const [index, quoted] of this.#quoted.entries()) {
      const flow = state.flows[index];
      if (flow === undefined) throw new Error('the saved world has fewer symbols than asked for');
      quoted.flow.restore(flow);
      quoted.house = new HouseQuotes(context.engine, quoted.instrument);
      quoted.house.adopt();
    }
  }

  /** Mid price of a symbol in fractional ticks. */
  #mid(index: number, spec: SyntheticSymbol): number {
    const moved = this.#paths.logPrice(index) - (this.#startLog[index] ?? 0);
    return spec.startPrice * 10 ** spec.priceDecimals * Math.exp(moved);
  }

  #requote(quoted: Quoted, index: number, nowMs: number): void {
    const house = houseOf(quoted);
    const mid = this.#mid(index, quoted.spec);
    const half = Math.max(0.5, mid * HALF_SPREAD);
    const reach = (LEVELS + 2) * quoted.gapTicks;
    house.cancelWhere('BUY', (ticks) => ticks > mid - half || ticks < mid - half - reach, nowMs);
    house.cancelWhere('SELL', (ticks) => ticks < mid + half || ticks > mid + half + reach, nowMs);
    quoteSide(quoted, { side: 'BUY', edge: mid - half, nowMs });
    quoteSide(quoted, { side: 'SELL', edge: mid + half, nowMs });
  }

  #drawTakers(quoted: Quoted, index: number, nowMs: number): void {
    const { flow } = quoted;
    const mid = this.#mid(index, quoted.spec);
    const lean = 0.5 + 0.35 * Math.tanh(this.#paths.lastMove(index));
    const rate = TAKERS_PER_SECOND * this.#paths.volatilityFactor(index);
    let at = flow.exponential() / rate;
    for (let count = 0; at < 1 && count < TAKERS_PER_STEP_MAX; count += 1) {
      const isBuy = flow.uniform() < lean;
      const size = Math.exp(TAKER_SIZE_SD * flow.normal() - (TAKER_SIZE_SD * TAKER_SIZE_SD) / 2);
      const lots = Math.max(1, Math.round(quoted.takerLots * size));
      this.#arrivals.push({
        atMs: nowMs + Math.floor(at * STEP_MS),
        symbol: index,
        isBuy,
        lots,
        mid,
      });
      at += flow.exponential() / rate;
    }
  }

  #take(arrival: Arrival): void {
    const quoted = this.#quoted[arrival.symbol];
    if (quoted === undefined) throw new Error(`no symbol ${String(arrival.symbol)}`);
    const side = arrival.isBuy ? 'BUY' : 'SELL';
    const limit = arrival.mid * (arrival.isBuy ? 1 + TAKER_REACH : 1 - TAKER_REACH);
    houseOf(quoted).take(side, Math.round(limit), arrival.lots, arrival.atMs);
  }
}

function houseOf(quoted: Quoted): HouseQuotes {
  if (quoted.house === undefined) throw new Error('the feed is not open');
  return quoted.house;
}

function makeQuoted(spec: SyntheticSymbol, seed: number): Quoted {
  const instrument = makeInstrument(spec);
  const startTicks = spec.startPrice * 10 ** spec.priceDecimals;
  const lotsWorth = (quote: number): number =>
    Math.max(1, Math.round((quote / spec.startPrice) * 10 ** spec.lotDecimals));
  if (startTicks < 100) {
    const tick = formatScaled(1, spec.priceDecimals);
    throw new Error(
      `${instrument.id}: start price ${String(spec.startPrice)} is less than 100 ticks of ${tick}`,
    );
  }
  return {
    spec,
    instrument,
    flow: Random.stream(seed, `${instrument.id}/flow`),
    jitterSeed: mix(seed >>> 0, hashText(`${instrument.id}/quotes`)),
    gapTicks: Math.max(1, Math.round(startTicks * LEVEL_GAP)),
    levelLots: lotsWorth(LEVEL_QUOTE),
    takerLots: lotsWorth(TAKER_QUOTE),
    house: undefined,
  };
}

/**
 * House prices are cells of a fixed grid with a jitter of their own, so that a small move of the mid
 * leaves most levels, and the queues in them, where they are.
 */
function cellTicks(quoted: Quoted, cell: number): number {
  const room = Math.max(1, Math.floor(quoted.gapTicks * 0.7));
  return cell * quoted.gapTicks + (mix(quoted.jitterSeed, cell) % room);
}

function quoteSide(
  quoted: Quoted,
  quote: { side: 'BUY' | 'SELL'; edge: number; nowMs: number },
): void {
  const { side, edge, nowMs } = quote;
  const house = houseOf(quoted);
  const step = side === 'BUY' ? -1 : 1;
  let cell = Math.floor(edge / quoted.gapTicks);
  for (let level = 0; level < LEVELS; cell += step) {
    const ticks = cellTicks(quoted, cell);
    if (side === 'BUY' ? ticks > edge : ticks < edge) continue;
    level += 1;
    if (ticks <= 0) return;
    const spread = mix(quoted.jitterSeed ^ 0x5bd1e995, cell) / 4294967296;
    const target = Math.max(1, Math.round(quoted.levelLots * (0.5 + spread) * (1 + level * 0.1)));
    if (house.lotsAt(side, ticks) * 2 >= target) continue;
    house.cancelAt(side, ticks, nowMs);
    house.quote({ side, ticks, lots: target, type: 'LIMIT' }, nowMs);
  }
}
