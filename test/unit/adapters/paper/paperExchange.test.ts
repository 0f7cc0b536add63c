import { describe, expect, it } from '@jest/globals';
import { PaperExchange, type PaperOptions } from '../../../../src/adapters/paper/paperExchange.ts';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import type { CandleEvent, QuoteEvent } from '../../../../src/core/domain/events.ts';
import { exchangeOrderId, marketSymbol } from '../../../../src/core/domain/ids.ts';
import type { OrderRecord, OrderReport } from '../../../../src/core/domain/order.ts';
import { applyFill, applyReport, newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { playBar } from '../../../builders/playBar.ts';
import type { GatewaySink } from '../../../../src/ports/exchangeGateway.ts';
import {
  aMarketOrder,
  anApproved,
  anInstrument,
  BTC,
  BTC_USDT,
  T0,
  USDT,
} from '../../../builders/orders.ts';

const MINUTE = 60_000;

function candle(
  n: number,
  [open, high, low, close]: readonly [number, number, number, number],
): CandleEvent {
  const openTime = T0 + n * MINUTE;
  return {
    kind: 'candle',
    at: openTime + MINUTE,
    symbol: BTC_USDT,
    timeframe: '1m',
    openTime,
    open,
    high,
    low,
    close,
    volume: 10,
    closed: true,
  };
}

function quote(bid: number, ask: number, at = T0): QuoteEvent {
  return { kind: 'quote', at, symbol: BTC_USDT, bid, bidSize: 1, ask, askSize: 1 };
}

function setUp(changes: Partial<PaperOptions> = {}) {
  const reports: OrderReport[] = [];
  const sink: GatewaySink = {
    report: (report) => reports.push(report),
    fill: () => undefined,
    balances: () => undefined,
    stream: () => undefined,
  };
  const exchange = new PaperExchange({
    balances: [{ asset: USDT, total: dec('1000') }],
    instruments: [anInstrument()],
    fillModel: { slippage: 0, touch: 'through', quoteMaxAgeMs: 1_000 },
    ...changes,
  });
  exchange.connect(sink);
  return { exchange, reports };
}

/** `free+locked` by asset. */
const balancesOf = (exchange: PaperExchange): Record<string, string> =>
  Object.fromEntries(
    exchange
      .balances()
      .map(({ asset, free, locked }) => [asset, `${toText(free)}+${toText(locked)}`]),
  );

const refOf = (n: number) => ({ symbol: BTC_USDT, clientOrderId: anApproved(n).clientOrderId });

describe('placing', () => {
  it('acknowledges at once with an id and locks the funds', () => {
    const { exchange } = setUp();
    expect(exchange.place(anApproved(1))).toMatchObject({
      kind: 'acked',
      report: { status: 'open', clientOrderId: refOf(1).clientOrderId, fills: [] },
    });
    expect(balancesOf(exchange)).toEqual({ USDT: '900+100' });
    expect(exchange.openOrders([BTC_USDT])).toHaveLength(1);
    expect(exchange.openOrders([])).toHaveLength(0);
  });

  it('locks the fee as well where it is charged in quote', () => {
    const { exchange } = setUp({ feeIn: 'quote' });
    exchange.place(anApproved(1));
    expect(balancesOf(exchange)).toEqual({ USDT: '899.8+100.2' });
  });

  it('rejects what the free balance does not cover, to the last digit', () => {
    const { exchange } = setUp({ balances: [{ asset: USDT, total: dec('199.99') }] });
    exchange.place(anApproved(1));
    expect(exchange.place(anApproved(2))).toEqual({
      kind: 'rejected',
      code: 'INSUFFICIENT_FUNDS',
      message: 'needs 100 USDT, 99.99 is free',
    });
    expect(exchange.lookup(refOf(2))).toMatchObject({ kind: 'absent' });
  });

  it('rejects a sell of what is not there', () => {
    const { exchange } = setUp();
    expect(exchange.place(anApproved(1, { side: 'sell' }))).toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
    });
  });

  it.each([
    ['SYMBOL_UNKNOWN', { symbol: marketSymbol('ETH/USDT') }],
    ['PRICE_OFF_TICK', { price: dec('100.001') }],
    ['AMOUNT_OFF_LOT', { amount: dec('0.1001') }],
    ['AMOUNT_OUT_OF_RANGE', { amount: dec('51') }],
    ['NOTIONAL_TOO_SMALL', { amount: dec('0.049') }],
  ])('rejects with %s', (code, changes) => {
    const { exchange } = setUp({ instruments: [anInstrument({ maxAmount: dec('50') })] });
    expect(exchange.place(anApproved(1, changes))).toMatchObject({ kind: 'rejected', code });
  });

  it('answers a second order of the same id with "unknown": the first one must be looked up', () => {
    const { exchange } = setUp();
    exchange.place(anApproved(1));
    expect(exchange.place(anApproved(1))).toMatchObject({ kind: 'unknown' });
    exchange.cancel(refOf(1));
    expect(exchange.place(anApproved(1))).toMatchObject({ kind: 'unknown' });
    expect(exchange.openOrders([BTC_USDT])).toHaveLength(0);
  });

  it('fills a market order against a fresh quote within the reply, not over the sink', () => {
    const { exchange, reports } = setUp();
    exchange.onQuote(quote(99, 101));
    const outcome = exchange.place(aMarketOrder(1));
    expect(outcome).toMatchObject({
      kind: 'acked',
      report: { status: 'closed', fills: [{ liquidity: 'taker' }] },
    });
    expect(reports).toEqual([]);
    expect(balancesOf(exchange)).toEqual({ USDT: '899+0', BTC: '0.998+0' });
  });

  it('rejects a post-only order that would take, and unlocks its funds', () => {
    const { exchange, reports } = setUp();
    exchange.onQuote(quote(99, 101));
    expect(exchange.place(anApproved(1, { type: 'limit_maker', price: dec('101') }))).toMatchObject(
      {
        kind: 'rejected',
        code: 'POST_ONLY_WOULD_TAKE',
      },
    );
    expect(balancesOf(exchange)).toEqual({ USDT: '1000+0' });
    expect(reports).toEqual([]);
  });
});

describe('stops', () => {
  const aStop = (n: number, changes: Parameters<typeof aMarketOrder>[1] = {}) =>
    aMarketOrder(n, {
      side: 'sell',
      purpose: 'exit',
      type: 'stop',
      trigger: dec('95'),
      referencePrice: dec('95'),
      ...changes,
    });

  it('lock what they will sell, rest, and sell it when the price is there', () => {
    const { exchange, reports } = setUp({ balances: [{ asset: BTC, total: dec('2') }] });
    expect(exchange.place(aStop(1))).toMatchObject({ kind: 'acked', report: { status: 'open' } });
    expect(balancesOf(exchange)).toEqual({ BTC: '1+1' });
    playBar(exchange, candle(0, [99, 100, 96, 97]));
    expect(reports).toEqual([]);
    playBar(exchange, candle(1, [97, 97, 94, 96]));
    expect(reports).toMatchObject([
      { status: 'closed', fills: [{ side: 'sell', liquidity: 'taker', price: dec('95') }] },
    ]);
  });

  it('are refused off the tick', () => {
    const { exchange } = setUp({ balances: [{ asset: BTC, total: dec('2') }] });
    expect(exchange.place(aStop(1, { trigger: dec('95.001') }))).toMatchObject({
      kind: 'rejected',
      code: 'PRICE_OFF_TICK',
    });
  });
});

describe('filling', () => {
  it('fills a market order at the next bar’s open and reports the fill with the status', () => {
    const { exchange, reports } = setUp();
    exchange.place(aMarketOrder(1));
    playBar(exchange, candle(0, [100, 102, 99, 101]));
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ status: 'closed', at: T0 });
    const [fill] = reports[0]?.fills ?? [];
    expect(fill).toMatchObject({ side: 'buy', liquidity: 'taker', feeAsset: BTC, at: T0 });
    expect(toText(fill?.fee ?? dec(0))).toBe('0.002');
    expect(balancesOf(exchange)).toEqual({ USDT: '900+0', BTC: '0.998+0' });
  });

  it('pays a limit fill from the lock and frees what was not needed', () => {
    const { exchange } = setUp();
    exchange.place(anApproved(1));
    playBar(exchange, candle(0, [98, 99, 97, 98]));
    expect(balancesOf(exchange)).toEqual({ USDT: '902+0', BTC: '0.998+0' });
  });

  it('charges a sell in quote out of the proceeds', () => {
    const { exchange } = setUp({ balances: [{ asset: BTC, total: dec('2') }] });
    exchange.place(anApproved(1, { side: 'sell' }));
    expect(balancesOf(exchange)).toEqual({ BTC: '1+1' });
    playBar(exchange, candle(0, [99, 100.01, 99, 100]));
    expect(balancesOf(exchange)).toEqual({ BTC: '1+0', USDT: '99.9+0' });
  });

  it('reports each part, keeps the rest locked and gives every part its own trade id', () => {
    const { exchange, reports } = setUp({
      fillModel: { slippage: 0, touch: 'through', quoteMaxAgeMs: 0, maxShare: 0.06 },
    });
    exchange.place(anApproved(1));
    playBar(exchange, candle(0, [101, 101, 99, 100]));
    expect(reports.map(({ status, filled }) => [status, toText(filled)])).toEqual([
      ['open', '0.6'],
    ]);
    expect(balancesOf(exchange)).toEqual({ USDT: '900+40', BTC: '0.5994+0' });
    playBar(exchange, candle(1, [101, 101, 99, 100]));
    expect(reports.map(({ status, filled }) => [status, toText(filled)])).toEqual([
      ['open', '0.6'],
      ['closed', '1'],
    ]);
    const ids = exchange.fills(BTC_USDT, 0).map(({ tradeId }) => tradeId);
    expect(new Set(ids).size).toBe(2);
  });

  it('gives a market buy that became dearer what the balance pays for, and expires the rest', () => {
    const { exchange, reports } = setUp({ balances: [{ asset: USDT, total: dec('100') }] });
    exchange.place(aMarketOrder(1));
    playBar(exchange, candle(0, [103, 104, 102, 103]));
    expect(reports.map(({ status, filled }) => [status, toText(filled)])).toEqual([
      ['open', '0.97'],
      ['expired', '0.97'],
    ]);
    expect(balancesOf(exchange)).toEqual({ USDT: '0.09+0', BTC: '0.96806+0' });
  });

  it('ignores bars from before the order, other markets, and prices without a sink', () => {
    const { exchange, reports } = setUp();
    exchange.place(anApproved(1, { createdAt: T0 + 1 }));
    playBar(exchange, candle(0, [98, 99, 97, 98]));
    playBar(exchange, { ...candle(1, [98, 99, 97, 98]), symbol: marketSymbol('ETH/USDT') });
    exchange.connect(undefined);
    playBar(exchange, candle(1, [98, 99, 97, 98]));
    expect(reports).toEqual([]);
    expect(exchange.openOrders([BTC_USDT])).toHaveLength(1);
  });

  it('lets an order that a fill caused wait for the next bar, when this one is not certain to reach it', () => {
    const { exchange } = setUp();
    const seen: string[] = [];
    exchange.connect({
      report: ({ clientOrderId, status }) => {
        seen.push(status);
        if (clientOrderId === refOf(1).clientOrderId) {
          exchange.place(anApproved(2, { side: 'sell', amount: dec('0.9'), price: dec('104.5') }));
        }
      },
      fill: () => undefined,
      balances: () => undefined,
      stream: () => undefined,
    });
    exchange.place(anApproved(1));
    playBar(exchange, candle(0, [100.5, 105, 99, 104]));
    expect(seen).toEqual(['closed']);
    playBar(exchange, candle(1, [100.5, 105, 99, 104]));
    expect(seen).toEqual(['closed', 'closed']);
  });
});

describe('pairs', () => {
  const stop = (changes: Parameters<typeof aMarketOrder>[1] = {}) =>
    aMarketOrder(1, {
      side: 'sell',
      type: 'stop',
      trigger: dec('95'),
      referencePrice: dec('95'),
      pairId: anApproved(2).intentId,
      ...changes,
    });
  const target = (price = '105') =>
    anApproved(2, {
      side: 'sell',
      type: 'limit_maker',
      price: dec(price),
      pairId: anApproved(1).intentId,
    });
  const setUpPair = (changes: Partial<PaperOptions> = {}) => {
    const made = setUp({ balances: [{ asset: BTC, total: dec('1.5') }], ...changes });
    const outcome = made.exchange.placePair({ stop: stop(), target: target() });
    const ends = () => made.reports.map(({ clientOrderId, status }) => [clientOrderId, status]);
    return { ...made, outcome, ends };
  };
  const [first, second] = [refOf(1).clientOrderId, refOf(2).clientOrderId];

  it('are taken whole and lock what they sell once', () => {
    const { exchange, outcome } = setUpPair();
    expect(outcome).toMatchObject({ stop: { kind: 'acked' }, target: { kind: 'acked' } });
    expect(balancesOf(exchange)).toEqual({ BTC: '0.5+1' });
    expect(exchange.openOrders([BTC_USDT])).toHaveLength(2);
  });

  it.each([
    ['INSUFFICIENT_FUNDS', { balances: [{ asset: BTC, total: dec('0.9') }] }, '105'],
    ['PRICE_OFF_TICK', {}, '105.001'],
  ])('are refused whole with %s', (code, changes, price) => {
    const { exchange } = setUp({ balances: [{ asset: BTC, total: dec('1.5') }], ...changes });
    const refused = { kind: 'rejected', code };
    expect(exchange.placePair({ stop: stop(), target: target(price) })).toMatchObject({
      stop: refused,
      target: refused,
    });
    expect(exchange.openOrders([BTC_USDT])).toEqual([]);
  });

  it.each([
    ['STOP_WOULD_TRIGGER', 95],
    ['PAIR_PRICES', 105],
  ])('are refused with %s when the last price is %d', (code, price) => {
    const { exchange } = setUp({ balances: [{ asset: BTC, total: dec('1.5') }] });
    exchange.onTrade({ kind: 'trade', at: T0, symbol: BTC_USDT, price, amount: 1, side: 'buy' });
    expect(exchange.placePair({ stop: stop(), target: target() })).toMatchObject({
      stop: { code },
      target: { code },
    });
  });

  it('end with the fill of one leg, and free what is not sold', () => {
    const up = setUpPair();
    playBar(up.exchange, candle(0, [100, 106, 99, 104]));
    expect(up.ends()).toEqual([
      [second, 'closed'],
      [first, 'expired'],
    ]);
    const down = setUpPair();
    playBar(down.exchange, candle(0, [100, 104, 94, 96]));
    expect(down.ends()).toEqual([
      [first, 'closed'],
      [second, 'expired'],
    ]);
    expect(balancesOf(down.exchange)).toEqual({ BTC: '0.5+0', USDT: '94.81+0' });
  });

  it('keep locked what is left of the leg that has begun to sell', () => {
    const fillModel = { slippage: 0, touch: 'through', quoteMaxAgeMs: 0, maxShare: 0.04 } as const;
    const { exchange, ends } = setUpPair({ fillModel });
    playBar(exchange, candle(0, [100, 106, 99, 104]));
    expect(ends()).toEqual([
      [second, 'open'],
      [first, 'expired'],
    ]);
    expect(balancesOf(exchange)).toMatchObject({ BTC: '0.5+0.6' });
  });

  it('sell no target any more once the stop is triggered, even if its volume is yet to come', () => {
    const fillModel = { slippage: 0, touch: 'through', quoteMaxAgeMs: 0, maxShare: 0.1 } as const;
    const { exchange, reports, ends } = setUpPair({
      fillModel,
      balances: [
        { asset: BTC, total: dec('1.5') },
        { asset: USDT, total: dec('500') },
      ],
    });
    exchange.place(aMarketOrder(3));
    playBar(exchange, candle(0, [100, 101, 94, 100]));
    expect(reports).toHaveLength(1);
    playBar(exchange, candle(1, [104, 110, 103, 106]));
    expect(ends().slice(1)).toEqual([
      [first, 'closed'],
      [second, 'expired'],
    ]);
    expect(reports[1]?.fills[0]?.price).toEqual(dec('104'));
  });

  it('end together when one is cancelled', () => {
    const { exchange, ends } = setUpPair();
    expect(exchange.cancel(refOf(2))).toMatchObject({ kind: 'cancelled' });
    expect(ends()).toEqual([[first, 'canceled']]);
    expect(balancesOf(exchange)).toEqual({ BTC: '1.5+0' });
  });

  it('are a pair again after a restart', () => {
    const records = [stop(), target()].map((intent): OrderRecord => {
      const record = newRecord(intent);
      return { ...record, state: 'ACKED', exchangeOrderId: exchangeOrderId(intent.intentId) };
    });
    const { exchange, reports } = setUp({
      balances: [{ asset: BTC, total: dec('1.5') }],
      orders: records,
    });
    expect(balancesOf(exchange)).toEqual({ BTC: '0.5+1' });
    playBar(exchange, candle(0, [100, 106, 99, 104]));
    expect(reports.map(({ status }) => status)).toEqual(['closed', 'expired']);
  });
});

describe('cancelling and looking up', () => {
  it('unlocks the funds and remembers the order', () => {
    const { exchange } = setUp();
    exchange.place(anApproved(1));
    expect(exchange.cancel(refOf(1))).toMatchObject({
      kind: 'cancelled',
      report: { status: 'canceled' },
    });
    expect(balancesOf(exchange)).toEqual({ USDT: '1000+0' });
    expect(exchange.lookup(refOf(1))).toMatchObject({
      kind: 'found',
      report: { status: 'canceled' },
    });
    playBar(exchange, candle(0, [98, 99, 97, 98]));
    expect(exchange.fills(BTC_USDT, 0)).toEqual([]);
  });

  it('does not find a filled order to cancel, but finds it with its fills when asked', () => {
    const { exchange } = setUp();
    exchange.place(aMarketOrder(1));
    playBar(exchange, candle(0, [100, 102, 99, 101]));
    expect(exchange.cancel(refOf(1))).toEqual({ kind: 'notFound', message: 'order is closed' });
    expect(exchange.cancel(refOf(2))).toEqual({ kind: 'notFound', message: 'unknown order' });
    expect(exchange.lookup(refOf(1))).toMatchObject({
      kind: 'found',
      report: { status: 'closed', fills: [{ at: T0 }] },
    });
  });

  it('lists fills from a moment on', () => {
    const { exchange } = setUp();
    exchange.place(aMarketOrder(1));
    playBar(exchange, candle(0, [100, 102, 99, 101]));
    expect(exchange.fills(BTC_USDT, T0)).toHaveLength(1);
    expect(exchange.fills(BTC_USDT, T0 + 1)).toHaveLength(0);
  });
});

describe('restart', () => {
  /** What the journal would hold of the n-th order after this reply. */
  function journalled(exchange: PaperExchange, n: number): OrderRecord {
    const order = anApproved(n);
    const record = newRecord(order);
    record.state = 'SENDING';
    const outcome = exchange.place(order);
    if (outcome.kind !== 'acked') throw new Error(outcome.kind);
    applyReport(record, outcome.report);
    return record;
  }

  const totalsOf = (exchange: PaperExchange) =>
    exchange.balances().map(({ asset, free, locked }) => ({ asset, total: free.plus(locked) }));

  it('has the same open orders, balances and locks, and goes on to the same fills', () => {
    const fillModel = { slippage: 0, touch: 'through', quoteMaxAgeMs: 0, maxShare: 0.06 } as const;
    const before = setUp({ fillModel });
    const first = journalled(before.exchange, 1);
    const second = journalled(before.exchange, 2);
    playBar(before.exchange, candle(0, [101, 101, 99, 100]));
    for (const report of before.reports) {
      for (const fill of report.fills) applyFill(first, fill);
      applyReport(first, report);
    }
    expect(first.state).toBe('PARTIAL');
    const after = setUp({
      fillModel,
      balances: totalsOf(before.exchange),
      orders: [first, second],
    });
    expect(balancesOf(after.exchange)).toEqual(balancesOf(before.exchange));
    const open = ({ exchange }: typeof after) =>
      exchange
        .openOrders([BTC_USDT])
        .map(({ exchangeOrderId, status, filled }) => [exchangeOrderId, status, toText(filled)]);
    expect(open(after)).toEqual(open(before));
    for (const { exchange } of [before, after]) playBar(exchange, candle(1, [101, 101, 99, 100]));
    expect(after.reports).toEqual(before.reports.slice(1));
    expect(balancesOf(after.exchange)).toEqual(balancesOf(before.exchange));
  });

  it('knows nothing of orders that were never recorded as accepted', () => {
    const sending: OrderRecord = { ...newRecord(anApproved(1)), state: 'SENDING' };
    const unknown: OrderRecord = { ...newRecord(anApproved(2)), state: 'UNKNOWN' };
    const { exchange } = setUp({ orders: [sending, unknown] });
    expect(exchange.lookup(refOf(1))).toMatchObject({ kind: 'absent' });
    expect(exchange.lookup(refOf(2))).toMatchObject({ kind: 'absent' });
    expect(balancesOf(exchange)).toEqual({ USDT: '1000+0' });
  });

  it('does not take up an order that has ended', () => {
    const record = journalled(setUp().exchange, 1);
    const { exchange } = setUp({ orders: [{ ...record, state: 'REJECTED' }] });
    expect(exchange.lookup(refOf(1))).toMatchObject({ kind: 'absent' });
  });

  it('takes up the orders of a market when it is listed', () => {
    const record = journalled(setUp().exchange, 1);
    const { exchange } = setUp({ orders: [record], instruments: [] });
    expect(exchange.lookup(refOf(1))).toMatchObject({ kind: 'absent' });
    exchange.list(anInstrument());
    exchange.list(anInstrument());
    expect(exchange.lookup(refOf(1))).toMatchObject({ kind: 'found' });
    expect(balancesOf(exchange)).toEqual({ USDT: '900+100' });
  });
});
