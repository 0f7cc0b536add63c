/** A seeded stream of operations for {@link Twins}: all kinds of orders and lists around a price that hardly moves. */
import type { Random } from '../../src/core/domain/random.ts';
import type {
  OrderRequest,
  OrderType,
  TimeInForce,
  TradingStatus,
} from '../../src/simulator/engine/types.ts';
import {
  amending,
  cancelling,
  cancellingAll,
  depositing,
  placing,
  placingList,
  printing,
  replacingFilters,
  settingStatus,
  type Operation,
} from './engineOperations.ts';
import { ASSETS, INSTRUMENTS, USERS } from './engineTwins.ts';

const UNIT = 100_000_000n;
const MID = 1_000;
/** Prices lie within so many ticks of the middle. */
const REACH = 12;
/** As often as they come. */
const TYPES: readonly OrderType[] = [
  ...['LIMIT', 'LIMIT', 'LIMIT', 'LIMIT', 'LIMIT', 'LIMIT'],
  ...['LIMIT_MAKER', 'LIMIT_MAKER', 'MARKET', 'MARKET'],
  ...['STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'],
] as OrderType[];
const TIMES_IN_FORCE: readonly TimeInForce[] = ['GTC', 'GTC', 'GTC', 'GTC', 'IOC', 'FOK'];
/** An instrument is closed now and then, and not for long. */
const STATUSES: readonly TradingStatus[] = [
  ...Array<TradingStatus>(20).fill('TRADING'),
  ...['HALT', 'BREAK', 'DELISTED'],
] as TradingStatus[];
/** Shares of an order's lots that an amendment leaves or makes of it. */
const PERCENTS = [0, 20, 50, 90, 100, 100, 110, 200, 1_000];
const CLIENT_IDS = 'abcdefghijkl'.split('');
const LIST_IDS = ['pair 1', 'pair 2', 'pair 3'];
/** What no request should have. */
const MISTAKES: readonly Partial<OrderRequest>[] = [
  { lots: 0 },
  { lots: -1 },
  { ticks: 0 },
  { triggerTicks: 0 },
  { triggerTicks: MID },
  { accountId: 'nobody' },
  { instrumentId: 'ETHUSDT' },
];
const KINDS: readonly (readonly [weight: number, make: (stream: OperationStream) => Operation])[] =
  [
    [600, (stream) => placing(stream.request())],
    [60, (stream) => stream.list()],
    [60, (stream) => cancelling(stream.anyOrder())],
    [120, (stream) => stream.amendment()],
    [12, (stream) => stream.cancelAll()],
    [40, (stream) => stream.lastPrice()],
    [16, (stream) => stream.status()],
    [6, (stream) => stream.filters()],
    [16, (stream) => stream.deposit()],
  ];
const TOTAL = KINDS.reduce((sum, [weight]) => sum + weight, 0);

export class OperationStream {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): Operation {
    let left = this.#below(TOTAL);
    for (const [weight, make] of KINDS) {
      left -= weight;
      if (left < 0) return make(this);
    }
    throw new Error('the weights do not add up');
  }

  request(): OrderRequest {
    const type = this.#pick(TYPES);
    const isByQuote = type === 'MARKET' && this.#below(2) === 0;
    const request: OrderRequest = {
      accountId: this.#below(12) === 0 ? 'house' : this.#pick(USERS),
      instrumentId: this.#instrumentId(),
      side: this.#below(2) === 0 ? 'BUY' : 'SELL',
      type,
      timeInForce: this.#pick(TIMES_IN_FORCE),
      ticks: this.#ticks(),
      ...(isTriggered(type) && { triggerTicks: this.#ticks() }),
      lots: isByQuote ? 0 : this.#lots(),
      quoteBudget: isByQuote ? this.#budget() : 0n,
      clientOrderId: this.#pick(CLIENT_IDS),
    };
    return this.#below(60) === 0 ? { ...request, ...this.#pick(MISTAKES) } : request;
  }

  /** Mostly a pair as it should be, around the middle of the market. */
  list(): Operation {
    const first = this.request();
    const isSell = first.side === 'SELL';
    const above = MID + 1 + this.#below(REACH);
    const below = MID - 1 - this.#below(REACH);
    const [profit, loss] = isSell ? [above, below] : [below, above];
    const common = { ...first, lots: this.#lots(), quoteBudget: 0n };
    const { triggerTicks: _none, ...plain } = common;
    const legs: readonly OrderRequest[] = [
      { ...plain, type: 'LIMIT_MAKER', ticks: profit },
      { ...common, type: 'TAKE_PROFIT_LIMIT', ticks: profit, triggerTicks: profit },
      { ...common, type: 'TAKE_PROFIT', ticks: 0, triggerTicks: profit },
    ];
    const stops: readonly OrderRequest[] = [
      { ...common, type: 'STOP_LOSS', ticks: 0, triggerTicks: loss },
      { ...common, type: 'STOP_LOSS_LIMIT', ticks: loss + this.#below(5) - 2, triggerTicks: loss },
    ];
    const odd = { ...this.request(), clientOrderId: this.#pick(CLIENT_IDS) };
    const stop = { ...this.#pick(stops), clientOrderId: this.#pick(CLIENT_IDS) };
    const second = this.#below(12) === 0 ? odd : stop;
    const pair = [this.#pick(legs), second] as const;
    const isSwapped = this.#below(2) === 0;
    return placingList(this.#pick(LIST_IDS), isSwapped ? [pair[1], pair[0]] : pair);
  }

  /** Some open order; see `pick` in the operations. */
  anyOrder(): number {
    return this.#below(1_000_000);
  }

  /** As often at the same price as at another, which may cross the market. */
  amendment(): Operation {
    const ticks = this.#below(2) === 0 ? 0 : this.#below(2 * REACH + 1) - REACH;
    return amending(this.anyOrder(), { ticks, percent: this.#pick(PERCENTS) });
  }

  cancelAll(): Operation {
    const instrumentId = this.#below(2) === 0 ? undefined : this.#instrumentId();
    return cancellingAll(this.#pick(USERS), instrumentId);
  }

  lastPrice(): Operation {
    return printing(this.#instrumentId(), this.#ticks());
  }

  status(): Operation {
    return settingStatus(this.#instrumentId(), this.#pick(STATUSES));
  }

  filters(): Operation {
    const isStrict = this.#below(5) === 0;
    const step = isStrict ? 2 : 1;
    const filters = { minNotional: isStrict ? UNIT : 0n, tickStep: step, lotStep: step };
    return replacingFilters(this.#instrumentId(), filters);
  }

  deposit(): Operation {
    return depositing(this.#pick(USERS), this.#pick(ASSETS), BigInt(this.#below(20_000_000)));
  }

  #instrumentId(): string {
    return this.#pick(INSTRUMENTS).id;
  }

  #ticks(): number {
    return MID + this.#below(2 * REACH + 1) - REACH;
  }

  #lots(): number {
    return 1 + this.#below(this.#below(4) === 0 ? 150_000 : 2_000);
  }

  #budget(): bigint {
    return BigInt(1 + this.#below(this.#below(4) === 0 ? 2_000 : 2_000_000_000));
  }

  #below(count: number): number {
    return Math.floor(this.#random.uniform() * count);
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}

function isTriggered(type: OrderType): boolean {
  return type.startsWith('STOP') || type.startsWith('TAKE');
}
