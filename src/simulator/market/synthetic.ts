/**
 * The seeded synthetic market: every step of market time the mid prices move, the house requotes around them,
 * and takers arrive at random moments of the step. All matching happens in the real engine, so users' orders
 * queue, rest and trade like anybody else's, and every trade is a print on the tape.
 */
import { formatScaled } from '../engine/amounts.ts';
import type { Instrument } from '../engine/types.ts';
import { makeInstrument } from '../engine/types.ts';
import type { PastBars } from './candleBook.ts';
import { CandleBook } from './candleBook.ts';
import type { Feed, FeedContext } from './feed.ts';
import { syntheticPast } from './history.ts';
import type { LadderSpec, LadderState } from './ladder.ts';
import { Ladder } from './ladder.ts';
import type { TapeGrid } from './market.ts';
import type { PathsState } from './paths.ts';
import { COMMON_SD, Paths } from './paths.ts';
import type { RandomState } from '../../core/domain/random.ts';
import { Random } from '../../core/domain/random.ts';
import type { RegimeName } from './regimes.ts';
import { volumeOfDay } from './regimes.ts';

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
/** Distance of neighbouring house levels, and half the smallest spread, as parts of the price. */
const LEVEL_GAP = 0.0002;
const HALF_SPREAD = 0.00003;
/** Typical value of a house level and of a taker's order, in quote units. */
const LEVEL_QUOTE = 40_000;
const TAKER_QUOTE = 1_800;
const TAKERS_PER_SECOND = 0.8;
/** Spread of taker sizes: standard deviation of their logarithm. */
const TAKER_SIZE_SD = 1;
/** A taker gives up this far from the mid. */
const TAKER_REACH = 0.0005;
/** How far the last move pulls takers to its side, and the most that either side gets. */
const TAKER_LEAN = 0.35;
const TAKER_SHARE_MAX = 0.95;
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
  readonly startTicks: number;
  readonly ladderSpec: LadderSpec;
  readonly takerLots: number;
  ladder: Ladder | undefined;
}

interface SyntheticState {
  readonly stepMs: number;
  readonly paths: PathsState;
  readonly flows: readonly RandomState[];
  readonly ladders: readonly LadderState[];
  readonly arrivals: readonly Arrival[];
}

/** What a synthetic market is made of. */
export interface SyntheticOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly symbols: readonly SyntheticSymbol[];
  /** Bars of each interval before the start. */
  readonly historyBars: number;
  /** Default `mixed`. */
  readonly regime?: RegimeName | undefined;
  /** Correlation of any two symbols' returns, from 0 to 1; default what their betas give. */
  readonly correlation?: number | undefined;
}

export class SyntheticFeed implements Feed {
  readonly instruments: readonly Instrument[];
  readonly startMs: number;
  readonly endMs = Infinity;
  readonly isTapeFromEngine = true;
  readonly gaps = [];
  readonly #paths: Paths;
  readonly #quoted: readonly Quoted[];
  readonly #past: (id: string) => PastBars;
  #stepMs: number;
  #arrivals: Arrival[] = [];

  /** @throws Error for a symbol without room for ticks, a correlation out of range, or too long a history. */
  constructor(options: SyntheticOptions) {
    const { seed, symbols, historyBars, regime = 'mixed' } = options;
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
      driftShare: spec.beta,
      ...correlated(spec, options.correlation),
    }));
    this.#paths = new Paths({ seed, specs, regime });
    this.#past = syntheticPast({
      seed,
      makePaths: () => new Paths({ seed, specs, regime, prefix: 'past/' }),
      startMs: this.startMs,
      historyBars,
      symbols: this.#quoted.map(({ instrument, startTicks, takerLots }) => ({
        id: instrument.id,
        startTicks,
        lotsPerMinute: takerLots * TAKERS_PER_SECOND * 60,
      })),
    });
  }

  tapeGrid({ priceDecimals, lotDecimals }: Instrument): TapeGrid {
    return { priceDecimals, volumeDecimals: lotDecimals };
  }

  history({ id }: Instrument): CandleBook {
    const ticks = this.#quoted.find((quoted) => quoted.instrument.id === id)?.startTicks ?? 0;
    return new CandleBook(this.startMs, Math.round(ticks), () => this.#past(id));
  }

  open(context: FeedContext): void {
    for (const [index, quoted] of this.#quoted.entries()) {
      quoted.ladder = new Ladder(context.engine, quoted.ladderSpec);
      this.#requote(quoted, index, this.startMs);
    }
  }

  nextAtMs(): number {
    return Math.min(this.#stepMs, this.#arrivals[0]?.atMs ?? Infinity);
  }

  runNext(context: FeedContext): void {
    const arrival = this.#arrivals[0];
    if (arrival !== undefined && arrival.atMs <= this.#stepMs) {
      this.#arrivals.shift();
      this.#take(context, arrival);
      return;
    }
    const nowMs = this.#stepMs;
    this.#paths.step(STEP_MS / 60_000);
    const rate = TAKERS_PER_SECOND * this.#paths.phase.activity * volumeOfDay(nowMs);
    for (const [index, quoted] of this.#quoted.entries()) {
      const { flow } = context.market(quoted.instrument.id);
      if (flow !== 'still') this.#requote(quoted, index, nowMs);
      if (flow === 'normal') this.#drawTakers(quoted, index, rate, nowMs);
    }
    if (this.#arrivals.length > 1)
      this.#arrivals.sort((a, b) => a.atMs - b.atMs || a.symbol - b.symbol);
    this.#stepMs += STEP_MS;
  }

  snapshot(): SyntheticState {
    return {
      stepMs: this.#stepMs,
      paths: this.#paths.state(),
      flows: this.#quoted.map((quoted) => quoted.flow.state()),
      ladders: this.#quoted.map((quoted) => ladderOf(quoted).state()),
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
      const ladder = state.ladders[index];
      if (flow === undefined || ladder === undefined)
        throw new Error('the saved world has fewer symbols than asked for');
      quoted.flow.restore(flow);
      quoted.ladder = new Ladder(context.engine, quoted.ladderSpec);
      quoted.ladder.restore(ladder);
    }
  }

  /** Mid price of a symbol in fractional ticks. */
  #mid(index: number, { startTicks }: Quoted): number {
    return startTicks * Math.exp(this.#paths.logPrice(index));
  }

  #requote(quoted: Quoted, index: number, nowMs: number): void {
    const { spread, depth } = this.#paths.phase;
    const mid = this.#mid(index, quoted);
    const half = Math.max(0.5, mid * HALF_SPREAD * spread);
    ladderOf(quoted).quote({ bid: mid - half, ask: mid + half, depth, nowMs });
  }

  /** Draws the takers of the step that begins now; `typicalRate` is how many come per second at normal volatility. */
  #drawTakers(quoted: Quoted, index: number, typicalRate: number, nowMs: number): void {
    const { flow } = quoted;
    const rate = typicalRate * this.#paths.volatilityFactor(index);
    let at = flow.exponential() / rate;
    if (at >= 1) return;
    const mid = this.#mid(index, quoted);
    const lean =
      0.5 + this.#paths.phase.buyLean + TAKER_LEAN * Math.tanh(this.#paths.lastMove(index));
    const buyShare = Math.min(TAKER_SHARE_MAX, Math.max(1 - TAKER_SHARE_MAX, lean));
    for (let count = 0; at < 1 && count < TAKERS_PER_STEP_MAX; count += 1) {
      const isBuy = flow.uniform() < buyShare;
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

  #take(context: FeedContext, arrival: Arrival): void {
    const quoted = this.#quoted[arrival.symbol];
    if (quoted === undefined) throw new Error(`no symbol ${String(arrival.symbol)}`);
    if (context.market(quoted.instrument.id).flow !== 'normal') return;
    const side = arrival.isBuy ? 'BUY' : 'SELL';
    const limit = arrival.mid * (arrival.isBuy ? 1 + TAKER_REACH : 1 - TAKER_REACH);
    ladderOf(quoted).take(side, Math.round(limit), arrival.lots, arrival.atMs);
  }
}

function ladderOf(quoted: Quoted): Ladder {
  if (quoted.ladder === undefined) throw new Error('the feed is not open');
  return quoted.ladder;
}

/** Weights of the common factor and the own part: the spec's, or those of a correlation at the same total deviation. */
function correlated(
  { beta, ownSd }: SyntheticSymbol,
  correlation: number | undefined,
): { beta: number; ownSd: number } {
  if (correlation === undefined) return { beta, ownSd };
  if (!(correlation >= 0 && correlation <= 1))
    throw new Error(`correlation ${String(correlation)}: expected a number from 0 to 1`);
  const total = Math.hypot(beta * COMMON_SD, ownSd);
  return {
    beta: (Math.sqrt(correlation) * total) / COMMON_SD,
    ownSd: Math.sqrt(1 - correlation) * total,
  };
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
    startTicks,
    ladderSpec: {
      instrument,
      seed,
      gapTicks: Math.max(1, Math.round(startTicks * LEVEL_GAP)),
      levelLots: lotsWorth(LEVEL_QUOTE),
    },
    takerLots: lotsWorth(TAKER_QUOTE),
    ladder: undefined,
  };
}
