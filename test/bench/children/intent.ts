/** Times one event through the session: in goes a closed bar, out comes a place command that is on record. */
import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '../../../src/adapters/clock/manualClock.ts';
import { memoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { openJournal } from '../../../src/adapters/sqlite/journal.ts';
import { SILENT } from '../../../src/compose/silentLogger.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { CandleEvent, TradeEvent } from '../../../src/core/domain/events.ts';
import { createEngine } from '../../../src/core/engine/create.ts';
import { createLedger } from '../../../src/core/ledger/ledger.ts';
import type { Journal } from '../../../src/ports/journal.ts';
import { Session } from '../../../src/runtime/session.ts';
import { anInstrument, BTC_USDT, T0, USDT } from '../../builders/orders.ts';
import type { ChildService } from '../child.ts';
import { EveryBarStrategy, everyBarSpec } from '../everyBar.ts';

const MINUTE_MS = 60_000;
const PRICE = 50_000;
const RAW_BYTES = 4_096;
/** Events before the clock runs: code is compiled, indicators are warm. */
const WARM_UP_SHARE = 0.3;

export interface IntentCase {
  readonly journal: 'memory' | 'sqlite';
  /** Where the database and the raw file lie. */
  readonly folder: string;
  readonly orders: number;
}

export interface IntentFigures {
  /** Closed bar → place command, journalled; µs each. */
  readonly orderUs: readonly number[];
  /** Closed bar that leads to nothing; µs each. */
  readonly barUs: readonly number[];
  /** Public trade that leads to nothing; µs each. */
  readonly tradeUs: readonly number[];
  /** Appending 4 KiB and fdatasync in the same folder; µs each. Empty for the memory journal. */
  readonly syncUs: readonly number[];
  /** Type of the folder's file system as statfs numbers it. */
  readonly fileSystem: number;
}

export async function open(request: unknown): Promise<ChildService> {
  const { journal: kind, folder, orders } = request as IntentCase;
  const journal =
    kind === 'memory'
      ? memoryJournal(createMemoryStore())
      : openJournal(join(folder, 'bench.db'), { exchange: 'bench', account: 'bench' });
  const rig = new Rig(journal);
  const orderUs: number[] = [];
  const barUs: number[] = [];
  const tradeUs: number[] = [];
  for (let round = 0; round < orders; round += 1) {
    const isTimed = round >= orders * WARM_UP_SHARE;
    const [order, bar, trade] = [rig.orderingBar(), rig.idleBar(), rig.trade()];
    if (!isTimed) continue;
    orderUs.push(order);
    barUs.push(bar);
    tradeUs.push(trade);
  }
  journal.close();
  const syncUs = kind === 'sqlite' ? timeSyncs(join(folder, 'raw'), Math.min(orders, 300)) : [];
  const fileSystem = statfsSync(folder).type;
  return { ready: { orderUs, barUs, tradeUs, syncUs, fileSystem } satisfies IntentFigures };
}

class Rig {
  readonly #session: Session;
  #bars = 0;
  #placedAtNs = 0n;

  constructor(journal: Journal) {
    const { instanceId, runId } = journal.recover();
    const spec = everyBarSpec(BTC_USDT);
    const state = createEngine(
      {
        instanceId,
        runId,
        limits: { maxTotalExposure: dec('10000'), priceBand: 0.05, maxOpenOrders: 100 },
        instruments: [anInstrument()],
        strategies: [{ spec, strategy: new EveryBarStrategy() }],
        ledger: createLedger([{ asset: USDT, amount: dec('10000') }]),
        nextSequence: 1,
        halted: [],
        orders: [],
      },
      new Map(),
    );
    const clock = new ManualClock(T0);
    this.#session = new Session({ state, journal, clock, logger: SILENT, orderTtlMs: 30_000 });
    this.#session.onCommand((command) => {
      if (command.kind === 'place') this.#placedAtNs = process.hrtime.bigint();
    });
    this.#control('arm');
  }

  /** A bar that leads to an order. The order then expires unsent, outside of the clock. */
  orderingBar(): number {
    const event = this.#nextBar();
    const startNs = process.hrtime.bigint();
    this.#session.dispatch(event);
    const tookNs = this.#placedAtNs - startNs;
    if (this.#session.failure) throw this.#session.failure;
    const [order] = [...this.#session.state.strategies.values()].flatMap(
      ({ openOrders }) => openOrders,
    );
    if (!order || tookNs < 0n) throw new Error('the bar led to no order');
    this.#session.outcome(order, 'expired', 'bench');
    return Number(tookNs) / 1_000;
  }

  /** A bar while the engine is disarmed: everything is computed, nothing is decided. */
  idleBar(): number {
    this.#control('disarm');
    const tookUs = this.#time(this.#nextBar());
    this.#control('arm');
    return tookUs;
  }

  trade(): number {
    return this.#time({
      kind: 'trade',
      at: T0 + this.#bars * MINUTE_MS,
      symbol: BTC_USDT,
      price: PRICE,
      amount: 0.1,
      side: 'buy',
    });
  }

  #time(event: CandleEvent | TradeEvent): number {
    const startNs = process.hrtime.bigint();
    this.#session.dispatch(event);
    return Number(process.hrtime.bigint() - startNs) / 1_000;
  }

  #control(action: 'arm' | 'disarm'): void {
    this.#session.dispatch({
      kind: 'control',
      at: this.#session.state.now,
      action,
      reason: 'bench',
    });
  }

  #nextBar(): CandleEvent {
    const openTime = T0 + this.#bars * MINUTE_MS;
    this.#bars += 1;
    const close = PRICE + (this.#bars % 100);
    return {
      kind: 'candle',
      at: openTime + MINUTE_MS,
      symbol: BTC_USDT,
      timeframe: '1m',
      openTime,
      open: PRICE,
      high: PRICE + 100,
      low: PRICE - 1,
      close,
      volume: 1,
      closed: true,
    };
  }
}

/** What the disk itself takes, without a database. */
function timeSyncs(file: string, count: number): number[] {
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(RAW_BYTES, 1);
  const took: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startNs = process.hrtime.bigint();
    writeSync(descriptor, block);
    fdatasyncSync(descriptor);
    took.push(Number(process.hrtime.bigint() - startNs) / 1_000);
  }
  closeSync(descriptor);
  return took;
}
