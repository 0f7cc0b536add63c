import { describe, expect, it } from '@jest/globals';
import { readMarketFrames } from '../../../../../src/adapters/ccxt/quirks/binanceMarketFrames.ts';
import type { MarketEvent } from '../../../../../src/ports/marketFeed.ts';
import { BTC } from '../../../../builders/ccxt.ts';

const T = 1_704_164_700_000;

function reading() {
  const events: MarketEvent[] = [];
  let confirmed = 0;
  const read = readMarketFrames((id) => (id === 'BTCUSDT' ? BTC : undefined), {
    event: (event) => events.push(event),
    subscribed: () => {
      confirmed += 1;
    },
  });
  return { read, events, confirmed: () => confirmed };
}

const trade = (over = {}) => ({
  e: 'trade',
  E: T,
  s: 'BTCUSDT',
  p: '2',
  q: '3',
  T,
  m: false,
  ...over,
});
const quote = (over = {}) => ({ u: 1, s: 'BTCUSDT', b: '1', B: '2', a: '3', A: '4', ...over });
const bar = (over = {}, k = {}) => ({
  e: 'kline',
  E: T + 60_000,
  s: 'BTCUSDT',
  k: { t: T, i: '1m', o: '1', h: '2', l: '1', c: '2', v: '0', x: false, ...k },
  ...over,
});

describe('market frames', () => {
  it("tell the taker's side: a maker who buys means a taker who sells", () => {
    const { read, events } = reading();
    read(trade());
    read(trade({ m: true }));
    expect(events).toMatchObject([{ side: 'buy' }, { side: 'sell' }]);
  });

  it('give a quote the newest market time of its symbol, and none before there is one', () => {
    const { read, events } = reading();
    expect(read(quote())).toBe(true);
    read(trade());
    read(trade({ T: T - 5 }));
    read(quote());
    read(bar());
    read(quote());
    expect(events.filter(({ kind }) => kind === 'quote').map(({ at }) => at)).toEqual([
      T,
      T + 60_000,
    ]);
  });

  it('give a final bar the time of its end', () => {
    const { read, events } = reading();
    read(bar({ E: T + 60_023 }, { x: true }));
    read(bar({ E: T + 61_000 }, { t: T + 60_000 }));
    expect(events).toMatchObject([
      { at: T + 60_000, closed: true },
      { at: T + 61_000, closed: false },
    ]);
  });

  it.each([
    ['a price that is no number', trade({ p: 'x' })],
    ['a price of zero', trade({ p: '0.00' })],
    ['no amount', trade({ q: undefined })],
    ['no time', trade({ T: undefined })],
    ['a market that is not ours', trade({ s: 'ETHUSDT' })],
    ['a bar without a high', bar({}, { h: undefined })],
    ['a bar length that we do not know', bar({}, { i: '1w' })],
  ])('with %s are dropped', (_name, frame) => {
    const { read, events } = reading();
    expect(read(frame)).toBe(true);
    expect(events).toEqual([]);
  });

  it('that confirm a subscription are counted, and left to ccxt, like everything else', () => {
    const { read, confirmed } = reading();
    const left = [
      { result: null, id: 1 },
      { e: 'depthUpdate', b: [], u: 1 },
      { error: { code: 2, msg: 'x' }, id: 2 },
      'text',
      null,
      [],
    ];
    expect(left.map((frame) => read(frame))).toEqual(left.map(() => false));
    expect(confirmed()).toBe(1);
  });
});
