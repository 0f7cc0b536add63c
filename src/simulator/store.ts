/**
 * Keeps a world on disk, so that the exchange outlives its clients and itself. `world.json` is replaced atomically after
 * each change that concerns users; finished orders and lists and users' trades are appended to journals before it, and it names
 * how far they count; closed bars are appended to one file per market and interval. A kill at any moment leaves
 * a world that continues: whatever a journal holds beyond what `world.json` names is dropped.
 * The newest process to claim a folder owns it; an older one that still runs is fenced and writes nothing more.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isOpen } from './engine/account.ts';
import type { Engine } from './engine/engine.ts';
import type { ListSnapshot, OrderSnapshot } from './engine/snapshot.ts';
import { recallLists, recallOrder, snapshotList, snapshotOrder } from './engine/snapshot.ts';
import type { AccountTrade } from './engine/types.ts';
import { BarFile } from './barFile.ts';
import { makeFolder } from './folder.ts';
import { LineJournal } from './lineJournal.ts';
import type { Bar } from './market/candleSeries.ts';
import { HOURS_MAX, MINUTES_MAX } from './market/candleBook.ts';
import type { Market } from './market/market.ts';
import type { RegimeName } from './market/regimes.ts';
import { HOUR_MS, MINUTE_MS, floorTo } from './market/timeframes.ts';
import type { World } from './market/world.ts';
import type { ClosedBars, WorldSnapshot } from './market/worldTypes.ts';

/** What makes a world this world: asked for again, it must be the same. */
export interface WorldIdentity {
  readonly seed: number;
  /** How the synthetic market behaves. */
  readonly regime: RegimeName;
  /** Correlation asked for; absent: what the symbols' betas give. */
  readonly correlation?: number;
  /** The recordings replayed; none for the synthetic market. */
  readonly replayFiles: readonly string[];
  readonly startAtMs: number;
  readonly historyBars: number;
  readonly symbols: readonly string[];
}

/** The content of `world.json`. */
interface StoredWorld {
  readonly version: number;
  readonly worldId: string;
  readonly identity: WorldIdentity;
  readonly ordersBytes: number;
  readonly tradesBytes: number;
  /** Absent in worlds of before lists that are done were kept. */
  readonly listsBytes?: number;
  readonly snapshot: WorldSnapshot;
}

interface StoredTrade extends Omit<AccountTrade, 'instrument' | 'quote' | 'fee'> {
  readonly accountId: string;
  readonly instrumentId: string;
  readonly quote: string;
  readonly fee: string;
}

const WORLD_FILE = 'world.json';
/** Names the process that opened the folder last. */
const WRITER_FILE = 'writer';
const VERSION = 2;

export class WorldStore {
  readonly folder: string;
  readonly #stored: StoredWorld | undefined;
  readonly #orders: LineJournal;
  readonly #trades: LineJournal;
  readonly #lists: LineJournal;
  readonly #bars = new Map<string, { minutes: BarFile; hours: BarFile }>();
  readonly #writer = randomUUID();
  #isFenced = false;
  #worldId: string = randomUUID();

  /** @throws Error when there can be no such folder, or it holds something that is not a world of this version. */
  constructor(folder: string) {
    this.folder = folder;
    makeFolder(folder);
    this.#stored = readStored(join(folder, WORLD_FILE));
    if (this.#stored !== undefined) this.#worldId = this.#stored.worldId;
    this.#orders = new LineJournal(join(folder, 'orders.jsonl'), this.#stored?.ordersBytes ?? 0);
    this.#trades = new LineJournal(join(folder, 'trades.jsonl'), this.#stored?.tradesBytes ?? 0);
    this.#lists = new LineJournal(join(folder, 'lists.jsonl'), this.#stored?.listsBytes ?? 0);
  }

  get worldId(): string {
    return this.#worldId;
  }

  /** What the folder's world was made of; undefined for a fresh folder. */
  get identity(): WorldIdentity | undefined {
    return this.#stored?.identity;
  }

  /** Brings a freshly made world to where the stored one stood, and from then on records it. */
  attach(world: World): void {
    for (const [id, market] of world.markets) this.#bars.set(id, this.#openBars(id, market));
    const stored = this.#stored;
    if (stored !== undefined) this.#restore(world, stored);
    world.observe({
      onOrder: (order, _execution, fill) => {
        if (this.#isFenced) return;
        if (fill !== undefined) this.#trades.append(storedTrade(order.accountId, fill));
        if (!isOpen(order)) this.#orders.append(snapshotOrder(order));
      },
      onList: (list) => {
        if (!this.#isFenced && list.status === 'ALL_DONE') this.#lists.append(snapshotList(list));
      },
      onMinute: (market, closed, endMs) => {
        if (!this.#isFenced) this.#keepBars(market, closed, endMs);
      },
    });
  }

  /**
   * Makes this process the one that writes here; to be called once, when it is sure to run.
   * @throws Error, with nothing changed, when the world has moved on since it was read: another process runs it.
   */
  claim(): void {
    const now = readStored(join(this.folder, WORLD_FILE));
    if (!isDeepStrictEqual(now, this.#stored))
      throw new Error(
        `${this.folder}: another process runs this world; stop it first, or give this one a folder of its own`,
      );
    writeAtomically(join(this.folder, WRITER_FILE), this.#writer);
    for (const journal of [this.#orders, this.#trades, this.#lists]) journal.cut();
  }

  /**
   * Writes everything down. Synchronous: when it returns, a kill loses nothing of it.
   * @throws Error, with nothing written, when another process has opened the folder since.
   */
  save(world: World, identity: WorldIdentity): void {
    this.#checkWriter();
    this.#orders.flush();
    this.#trades.flush();
    this.#lists.flush();
    for (const { minutes, hours } of this.#bars.values()) {
      hours.flush();
      minutes.flush();
    }
    const stored: StoredWorld = {
      version: VERSION,
      worldId: this.#worldId,
      identity,
      ordersBytes: this.#orders.bytes,
      tradesBytes: this.#trades.bytes,
      listsBytes: this.#lists.bytes,
      snapshot: world.snapshot(),
    };
    writeAtomically(join(this.folder, WORLD_FILE), JSON.stringify(stored));
  }

  #checkWriter(): void {
    this.#isFenced ||= readFileSync(join(this.folder, WRITER_FILE), 'utf8') !== this.#writer;
    if (!this.#isFenced) return;
    throw new Error(
      `${this.folder}: another process has opened this world since; stop this one, or give it a folder of its own`,
    );
  }

  #openBars(id: string, market: Market): { minutes: BarFile; hours: BarFile } {
    const { grid } = market;
    return {
      minutes: new BarFile(join(this.folder, `${id}.1m.csv`), grid, MINUTES_MAX),
      hours: new BarFile(join(this.folder, `${id}.1h.csv`), grid, HOURS_MAX),
    };
  }

  #restore(world: World, stored: StoredWorld): void {
    const { nowMs } = stored.snapshot;
    const closed = new Map<string, ClosedBars>();
    for (const [id, files] of this.#bars) {
      closed.set(id, {
        hours: files.hours.load(floorTo(nowMs, HOUR_MS)),
        minutes: files.minutes.load(floorTo(nowMs, MINUTE_MS)),
      });
    }
    for (const line of this.#orders.load()) recallOrder(world.engine, line as OrderSnapshot);
    world.restore(stored.snapshot, closed);
    recallLists(world.engine, this.#lists.load() as ListSnapshot[]);
    for (const line of this.#trades.load()) recallTrade(world.engine, line as StoredTrade);
  }

  #keepBars(market: Market, closed: Bar, endMs: number): void {
    const files = this.#bars.get(market.instrument.id);
    files?.minutes.append(closed);
    if (endMs % HOUR_MS !== 0) return;
    const hour = market.candles.hours.at(endMs - HOUR_MS);
    if (hour !== undefined) files?.hours.append(hour);
  }
}

function readStored(file: string): StoredWorld | undefined {
  if (!existsSync(file)) return undefined;
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Partial<StoredWorld>;
  if (stored.version !== VERSION || stored.worldId === undefined) {
    throw new Error(
      `${file}: not a world of version ${String(VERSION)}; move the folder away to start a new one`,
    );
  }
  return stored as StoredWorld;
}

/** Replaces a file so that a reader or a kill sees the old content or the new, never a mixture. */
function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

function storedTrade(accountId: string, trade: AccountTrade): StoredTrade {
  const { instrument, quote, fee, ...rest } = trade;
  return {
    ...rest,
    accountId,
    instrumentId: instrument.id,
    quote: String(quote),
    fee: String(fee),
  };
}

function recallTrade(engine: Engine, line: StoredTrade): void {
  const { accountId, instrumentId, quote, fee, ...rest } = line;
  const { instrument } = engine.book(instrumentId);
  engine.accounts
    .get(accountId)
    ?.trades.push({ ...rest, instrument, quote: BigInt(quote), fee: BigInt(fee) });
}
