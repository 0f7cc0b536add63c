/** The book of one market as streams: changes in batches numbered without a gap, and the best levels as they are. */
import type { Side } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';
import type { Channels } from './connections.ts';
import type { Json } from '../shared/json.ts';
import { depthOf } from './marketData.ts';
import { depthRow } from './marketShapes.ts';

/** Pace of a stream, by the suffix of its name. */
const PACES_MS = [
  ['@100ms', 100],
  ['@1000ms', 1_000],
  ['', 1_000],
] as const;
/** How many levels the streams of the best ones have. */
const PARTIAL_LEVELS = [5, 10, 20] as const;

/** Level changes not sent yet; `fromId` is the first update they hold. */
interface ChangeStream {
  readonly channel: string;
  readonly everyMs: number;
  /** Lots by ticks; asks under negated ticks. */
  readonly changes: Map<number, number>;
  fromId: number;
  dueMs: number;
}

interface PartialStream {
  readonly channel: string;
  readonly everyMs: number;
  readonly levels: number;
  sentId: number;
  dueMs: number;
}

/** The depth streams of one market. */
export class DepthStreams {
  readonly #market: Market;
  readonly #channels: Channels;
  readonly #changes: readonly ChangeStream[];
  readonly #partials: readonly PartialStream[];

  constructor(market: Market, channels: Channels) {
    const name = market.instrument.id.toLowerCase();
    this.#market = market;
    this.#channels = channels;
    this.#changes = PACES_MS.map(([suffix, everyMs]) => ({
      channel: `${name}@depth${suffix}`,
      everyMs,
      changes: new Map(),
      fromId: 0,
      dueMs: 0,
    }));
    this.#partials = PARTIAL_LEVELS.flatMap((levels) =>
      PACES_MS.map(([suffix, everyMs]) => ({
        channel: `${name}@depth${String(levels)}${suffix}`,
        everyMs,
        levels,
        sentId: -1,
        dueMs: 0,
      })),
    );
  }

  /** Call before somebody is added to a channel: the first listener starts its sequence at the book's present update. */
  start(channel: string): void {
    if (this.#channels.has(channel)) return;
    const stream = this.#changes.find((each) => each.channel === channel);
    if (stream === undefined) return;
    stream.changes.clear();
    stream.fromId = this.#market.book.updateId + 1;
  }

  onLevel(side: Side, ticks: number, lots: number): void {
    for (const stream of this.#changes) {
      if (this.#channels.has(stream.channel))
        stream.changes.set(side === 'BUY' ? ticks : -ticks, lots);
    }
  }

  /** Sends what is due. */
  flush(paceMs: number, eventMs: number): void {
    for (const stream of this.#changes) this.#flushChanges(stream, paceMs, eventMs);
    for (const stream of this.#partials) this.#flushPartial(stream, paceMs);
  }

  #flushChanges(stream: ChangeStream, paceMs: number, eventMs: number): void {
    if (stream.changes.size === 0 || paceMs < stream.dueMs) return;
    stream.dueMs = paceMs + stream.everyMs;
    const { instrument, book } = this.#market;
    const bids: Json[] = [];
    const asks: Json[] = [];
    for (const [key, lots] of stream.changes)
      (key > 0 ? bids : asks).push(depthRow(instrument, Math.abs(key), lots));
    const { fromId } = stream;
    stream.changes.clear();
    stream.fromId = book.updateId + 1;
    this.#channels.publish(stream.channel, () => ({
      e: 'depthUpdate',
      E: eventMs,
      s: instrument.id,
      U: fromId,
      u: book.updateId,
      b: bids,
      a: asks,
    }));
  }

  #flushPartial(stream: PartialStream, paceMs: number): void {
    const lastUpdateId = this.#market.book.updateId;
    if (paceMs < stream.dueMs || stream.sentId === lastUpdateId) return;
    if (!this.#channels.has(stream.channel)) return;
    stream.dueMs = paceMs + stream.everyMs;
    stream.sentId = lastUpdateId;
    this.#channels.publish(stream.channel, () => ({
      lastUpdateId,
      ...depthOf(this.#market, stream.levels),
    }));
  }
}
