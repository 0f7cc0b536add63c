/** The engine and its naive counterpart side by side: every operation goes to both, and what they say and hold is compared. */
import { Engine } from '../../src/simulator/engine/engine.ts';
import { restoreEngine, snapshotEngine } from '../../src/simulator/engine/snapshot.ts';
import type { AccountTrade, Execution, Order } from '../../src/simulator/engine/types.ts';
import { makeInstrument } from '../../src/simulator/engine/types.ts';
import type { Operation } from './engineOperations.ts';
import { NaiveEngine } from './naiveEngine.ts';
import type { NaiveAccount, NaiveOrder } from './naiveEngine.ts';

const UNIT = 100_000_000n;
export const ASSETS = ['BTC', 'BNB', 'USDT'];
export const INSTRUMENTS = [
  makeInstrument({ base: 'BTC', quote: 'USDT', priceDecimals: 2, lotDecimals: 5, minNotional: 0n }),
  makeInstrument({ base: 'BNB', quote: 'USDT', priceDecimals: 1, lotDecimals: 3, minNotional: 0n }),
];
/** The last pays its fees in an asset that it also trades. */
export const USERS = ['ann', 'bob', 'cat', 'dan'];
const HOUSE = 'house';
const RATES: Readonly<Record<string, readonly [makerPpm: number, takerPpm: number]>> = {
  ann: [0, 0],
  bob: [1_000, 1_000],
  cat: [333, 1_777],
  dan: [750, 750],
  [HOUSE]: [0, 0],
};
/** 100 USDT for one BNB, a quarter off. */
const FEE_PRICE = 10_000_000_000n;
const DISCOUNT_PPM = 250_000n;

export class Twins {
  engine: Engine;
  readonly naive: NaiveEngine;
  /** What users were told by the engine since the operation began. */
  #events: string[] = [];
  #nowMs = 1_760_000_000_000;

  constructor() {
    this.engine = this.#newEngine();
    this.naive = newNaiveEngine();
  }

  /** Carries an operation out on both and returns what they said and did, in words. */
  run(operation: Operation): { readonly engine: string; readonly naive: string } {
    this.#nowMs += 1;
    this.#events = [];
    this.naive.events = [];
    const answer = operation.onEngine(this.engine, this.#nowMs);
    const naiveAnswer = operation.onNaive(this.naive);
    return {
      engine: [answer, ...this.#events].join('\n'),
      naive: [naiveAnswer, ...this.naive.events].join('\n'),
    };
  }

  /** Goes on with a new engine that was restored from a snapshot of this one. */
  restart(): void {
    const restored = this.#newEngine();
    restoreEngine(restored, snapshotEngine(this.engine));
    this.engine = restored;
  }

  /** Balances of an account in words: engine, naive. */
  balances(accountId: string): readonly [string, string] {
    const account = this.engine.accounts.get(accountId);
    const naive = this.naive.accounts.find(({ id }) => id === accountId);
    if (account === undefined || naive === undefined) throw new Error(`no account ${accountId}`);
    const text = (amounts: (asset: string) => readonly [bigint, bigint]): string =>
      ASSETS.map((asset) => `${accountId} ${asset} ${amounts(asset).join(' + ')}`).join('\n');
    return [
      text((asset) => [account.balance(asset).free, account.balance(asset).locked]),
      text((asset) => [this.naive.free(naive, asset), this.naive.locked(naive, asset)]),
    ];
  }

  /** Every order in its place, with the levels' totals, in words. */
  book(instrumentId: string): readonly [string, string] {
    const book = this.engine.book(instrumentId);
    const naive = this.naive.instruments.find(({ id }) => id === instrumentId);
    if (naive === undefined) throw new Error(`no instrument ${instrumentId}`);
    const lines = [book.bids, book.asks].flatMap((side) =>
      [...side.levels()].map(({ ticks, lots }) => `${side.side} ${ticks} ${lots}`),
    );
    const orders = [...book.orders()].map(orderText);
    const sides = [this.naive.queue(naive, 'BUY'), this.naive.queue(naive, 'SELL')];
    const naiveOrders = this.naive.everything(naive).map(naiveText);
    return [
      [...lines, ...orders, `last ${book.lastTicks}`].join('\n'),
      [...sides.flatMap(totals), ...naiveOrders, `last ${naive.last}`].join('\n'),
    ];
  }

  /** Fees collected, in words. */
  fees(): readonly [string, string] {
    const text = (fees: ReadonlyMap<string, bigint>): string =>
      ASSETS.map((asset) => `${asset} ${fees.get(asset) ?? 0n}`).join('\n');
    return [text(this.engine.fees), text(this.naive.fees)];
  }

  #newEngine(): Engine {
    const engine = new Engine(INSTRUMENTS, {
      onOrder: (order, execution, fill) => this.#events.push(eventText(order, execution, fill)),
      onTrade: () => undefined,
      onLevel: () => undefined,
      onList: ({ id, status }) => {
        if (status === 'ALL_DONE') this.#events.push(`list ${id} done`);
      },
    });
    for (const [id, [makerPpm, takerPpm]] of Object.entries(RATES)) {
      const prices = new Map([['USDT', FEE_PRICE]]);
      const feeAsset = { asset: 'BNB', prices, discountPpm: DISCOUNT_PPM };
      engine.openAccount({
        ...{ id, makerPpm, takerPpm },
        balances: new Map(startingBalances(id)),
        isHouse: id === HOUSE,
        ...(id === 'dan' && { feeAsset }),
      });
    }
    return engine;
  }
}

function startingBalances(id: string): readonly (readonly [string, bigint])[] {
  if (id === HOUSE) return [];
  return [
    ['USDT', 3_000n * UNIT],
    ['BTC', 10n * UNIT],
    ['BNB', 15n * UNIT],
  ];
}

function newNaiveEngine(): NaiveEngine {
  const instruments = INSTRUMENTS.map(({ id, base, quote, priceDecimals, lotDecimals }) => ({
    ...{ id, base, quote, minNotional: 0n, tickStep: 1n, lotStep: 1n },
    lotAtoms: 10n ** BigInt(8 - lotDecimals),
    tickLotAtoms: 10n ** BigInt(8 - lotDecimals - priceDecimals),
    ...{ status: 'TRADING' as const, last: 0n, trades: 0 },
  }));
  const accounts = Object.entries(RATES).map(([id, [maker, taker]]): NaiveAccount => {
    const feeAsset = { asset: 'BNB', discount: DISCOUNT_PPM, prices: { USDT: FEE_PRICE } };
    return {
      ...{ id, isHouse: id === HOUSE, maker: BigInt(maker), taker: BigInt(taker) },
      ...(id === 'dan' && { feeAsset }),
      total: new Map(startingBalances(id)),
    };
  });
  return new NaiveEngine(instruments, accounts);
}

function eventText(order: Order, execution: Execution, fill: AccountTrade | undefined): string {
  const { id, status, filledLots, lots } = order;
  const what = fill === undefined ? execution : `${execution} ${fillText(fill)}`;
  return `${id} ${what} ${status} ${filledLots}/${lots}`;
}

function fillText(fill: AccountTrade): string {
  const { id, ticks, lots, quote, fee, feeAsset, isMaker } = fill;
  return `${id} ${ticks} ${lots} ${quote} ${fee} ${feeAsset} ${isMaker ? 'maker' : 'taker'}`;
}

function orderText(order: Order): string {
  const { id, accountId, side, ticks, triggerTicks, lots, filledLots, status } = order;
  return `${id} ${accountId} ${side} ${ticks} ${triggerTicks} ${filledLots}/${lots} ${status}`;
}

function naiveText(order: NaiveOrder): string {
  const { id, account, side, limit, trigger, lots, filled, status } = order;
  return `${id} ${account.id} ${side} ${limit} ${trigger} ${filled}/${lots} ${status}`;
}

/** Sums of a side's orders, best price first. */
function totals(queue: readonly NaiveOrder[]): string[] {
  const sums = new Map<bigint, bigint>();
  for (const { limit, lots, filled } of queue)
    sums.set(limit, (sums.get(limit) ?? 0n) + lots - filled);
  const side = queue[0]?.side ?? '';
  return [...sums].map(([limit, lots]) => `${side} ${limit} ${lots}`);
}
