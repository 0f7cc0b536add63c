/**
 * Faults of an untidy world: filters that differ and change, orders that are counted, fees that other markets take, a market in which
 * nobody trades, bars that come when they like, and an owner who does things of his own on the account.
 */
import type { Filters, FilterName } from '../../src/simulator/engine/filters.ts';
import { ASSET_DECIMALS, atomsOf } from '../../src/simulator/engine/amounts.ts';
import type { MarketEvent } from '../../src/ports/marketFeed.ts';
import { atOnce, forAWhile, pick, symbolOf, type FaultHost, type FaultKind } from './faultKinds.ts';
import { deposit, tradeByHand, withdraw } from './hands.ts';
import type { SimMarket } from './market.ts';

const part = (roll: number, of: number): number => (roll * of) % 1;
const ATOMS = 10 ** ASSET_DECIMALS;
/** Base atoms that are worth so much quote. */
const worth = ({ lastPrice }: SimMarket, quote: number): bigint =>
  BigInt(Math.round((quote / lastPrice) * ATOMS));
/** Longest that a closed bar is on its way while the trades after it are not. */
const LATE_BAR_MS = [600, 3_500] as const;

/** The exchange changes filters of one market for a while, and has refused an order of ours for one of `names`. */
function filtering(
  words: string,
  names: readonly FilterName[],
  change: (market: SimMarket, roll: number) => Partial<Filters>,
): FaultKind {
  return {
    words,
    weight: 3,
    begin: (host, fault) => {
      const { exchange } = host;
      const market = pick(exchange.markets, fault.roll);
      const { id } = market.instrument;
      const changed = change(market, part(fault.roll, 7));
      exchange.engine.replaceInstrument(id, changed);
      exchange.onFilters.add((name) => {
        if (names.includes(name)) host.occurred(fault.id);
      });
      // To the end of the chaos: rules are read again once a minute.
      host.until(Number.MAX_SAFE_INTEGER, () => {
        exchange.engine.replaceInstrument(id, asListed(market, changed));
      });
    },
  };
}

/** The same filters as they were when the market was listed. */
function asListed({ instrument }: SimMarket, changed: Partial<Filters>): Partial<Filters> {
  const names = Object.keys(changed) as (keyof Filters)[];
  return Object.fromEntries(names.map((name) => [name, instrument[name]]));
}

const FILTERS = {
  F1: filtering(
    'the largest order at the market is smaller than the largest one with a limit',
    ['MARKET_LOT_SIZE', 'LOT_SIZE'],
    (market, roll) => ({
      marketMaxSize: worth(market, 15 + roll * 60),
      maxSize: worth(market, 60 + roll * 200),
    }),
  ),
  F2: filtering('no more orders are taken than a few', ['MAX_NUM_ORDERS'], (_, roll) => ({
    maxOrders: 2 + Math.floor(roll * 4),
  })),
  F3: filtering(
    'no more trigger orders are taken than one or two',
    ['MAX_NUM_ALGO_ORDERS'],
    (_, roll) => ({
      maxAlgoOrders: 1 + Math.floor(roll * 2),
    }),
  ),
  F4: filtering(
    'prices and amounts go in larger steps',
    ['PRICE_FILTER', 'LOT_SIZE'],
    (_, roll) => ({
      tickStep: pick([1, 10, 100], roll),
      lotStep: pick([10, 5, 1], part(roll, 3)),
    }),
  ),
  F5: filtering('a price away from the market is refused', ['PERCENT_PRICE_BY_SIDE'], () => ({
    averageMinutes: 0,
    priceBand: {
      isBySide: true,
      bidUpPpm: 1_001_000,
      bidDownPpm: 999_000,
      askUpPpm: 1_001_000,
      askDownPpm: 999_000,
    },
  })),
  F6: filtering('an order may be worth no more than so much', ['MAX_NOTIONAL'], (_, roll) => ({
    averageMinutes: 0,
    maxNotional: atomsOf(String(15 + Math.round(roll * 40))),
    isMaxNotionalAtMarket: true,
  })),
} satisfies Record<string, FaultKind>;

const FEES = {
  F7: forAWhile('fees are taken in a coin that is traded', ({ exchange }, { roll }) => {
    const { account } = exchange;
    const before = account.feeAsset;
    const market = pick(exchange.markets, part(roll, 3));
    const prices = new Map([['USDT', BigInt(Math.round(market.lastPrice * ATOMS))]]);
    account.feeAsset = { asset: market.instrument.base, prices, discountPpm: 250_000n };
    return () => {
      account.feeAsset = before;
    };
  }),
} satisfies Record<string, FaultKind>;

const QUIET = {
  M6: forAWhile(
    'nobody trades in a market, its book stands',
    ({ exchange }, { roll }) => {
      const market = pick(exchange.markets, roll);
      market.quiet = part(roll, 5) < 0.7 ? 'silent' : 'bars';
      return () => {
        market.quiet = undefined;
      };
    },
    4,
  ),
  M7: forAWhile(
    'closed bars come late, after the trades that follow them',
    ({ feedWeather, dice }) => {
      feedWeather.barsLateMs = () => dice.faults.between(...LATE_BAR_MS);
      return () => {
        feedWeather.barsLateMs = undefined;
      };
    },
    3,
  ),
  M8: forAWhile('bars are stamped off the minute', (host, { roll }) => {
    const symbol = symbolOf(host, roll);
    const offMs = pick([-1, 1, 300, -999, 59_999, 1_000], part(roll, 5));
    host.feedWeather.turns.set(symbol, {
      turn: (event) => [stampedOff(event, offMs)],
      isSound: true,
    });
    return () => {
      host.feedWeather.turns.delete(symbol);
    };
  }),
} satisfies Record<string, FaultKind>;

function stampedOff(event: MarketEvent, offMs: number): MarketEvent {
  return event.kind === 'candle' ? { ...event, openTime: event.openTime + offMs } : event;
}

/** What the owner does; it occurred when the exchange let him. */
function byHand(words: string, act: (host: FaultHost, roll: number) => boolean): FaultKind {
  const once = atOnce(words, () => undefined, 3);
  return {
    ...once,
    begin: (host, fault) => {
      // What came before the books were opened is in their opening balances.
      if (host.hasBooks && act(host, fault.roll)) host.occurred(fault.id);
    },
  };
}

const OWNER = {
  M5: byHand('the owner buys by hand', ({ exchange }, roll) =>
    tradeByHand(exchange, pick(exchange.markets, roll), {
      side: 'BUY',
      isMarket: part(roll, 4) < 0.5,
      hasId: true,
    }),
  ),
  M9: byHand('the owner makes an order that has no client id', ({ exchange }, roll) =>
    tradeByHand(exchange, pick(exchange.markets, roll), {
      side: 'BUY',
      isMarket: part(roll, 4) < 0.5,
      hasId: false,
    }),
  ),
  M10: byHand('money comes in', ({ exchange }, roll) => {
    const asset = pick(['USDT', 'BTC', 'ETH', 'BNB', 'DOGE'], roll);
    deposit(exchange, asset, pick(['0.00000001', '0.001', '37.5'], part(roll, 11)));
    return true;
  }),
  M11: byHand('money goes out', ({ exchange }, roll) =>
    withdraw(exchange, pick(['USDT', 'BNB'], roll), 0.1),
  ),
  M12: byHand('the owner sells coins that strategies hold', ({ exchange }, roll) =>
    tradeByHand(exchange, pick(exchange.markets, roll), {
      side: 'SELL',
      isMarket: part(roll, 4) < 0.7,
      hasId: part(roll, 9) < 0.5,
    }),
  ),
  M13: byHand('coins that strategies hold go out', ({ exchange }, roll) =>
    withdraw(exchange, pick(['BTC', 'ETH'], roll), pick([0.1, 0.5, 1], part(roll, 13))),
  ),
} satisfies Record<string, FaultKind>;

export const UNTIDY = { ...FILTERS, ...FEES, ...QUIET, ...OWNER };
