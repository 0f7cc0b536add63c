/**
 * The exchanges that were never run: unmodified ccxt against answers written after their documentation, by their real addresses
 * and names, of which a proxy leads every one to this machine.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCcxtFeed } from '../../src/adapters/ccxt/feed.ts';
import { createCcxtGateway } from '../../src/adapters/ccxt/gateway.ts';
import { EXCHANGES } from '../../src/core/domain/exchanges.ts';
import { feesOf } from '../../src/core/domain/fill.ts';
import { clientOrderId } from '../../src/core/domain/ids.ts';
import type { OrderReport } from '../../src/core/domain/order.ts';
import type { ExchangeGateway } from '../../src/ports/exchangeGateway.ts';
import type { MarketEvent } from '../../src/ports/marketFeed.ts';
import { takeAnyCertificate } from '../builders/anyCertificate.ts';
import { anApproved, BTC, until } from '../builders/ccxt.ts';
import { RecordedExchange } from '../builders/recordedExchange.ts';
import { RECORDINGS } from '../fixtures/recorded/all.ts';
import { MINE, MINE_AS_UUID, TRADES, type Frame } from '../fixtures/recorded/recording.ts';
import { dec, toText } from '../../src/core/domain/decimal.ts';

const TEST_MS = 60_000;

beforeAll(() => takeAnyCertificate(true));
afterAll(() => takeAnyCertificate(false));

it('are all that are configured as unproven', () => {
  const unproven = Object.entries(EXCHANGES).filter(([, { proven }]) => !proven);
  expect(RECORDINGS.map(({ id }) => id).sort()).toEqual(unproven.map(([id]) => id).sort());
});

describe.each(RECORDINGS)('$id', (recording) => {
  const { id, credentials, answers, place, nothing, open } = recording;
  const ref = { symbol: BTC, clientOrderId: clientOrderId(MINE) };
  const order = anApproved(1, { clientOrderId: clientOrderId(MINE), amount: dec('0.0125') });
  let exchange: RecordedExchange;
  let gateway: ExchangeGateway;

  beforeEach(async () => {
    exchange = await RecordedExchange.start({ ...answers, ...nothing });
    gateway = createCcxtGateway(exchange.options(id, credentials));
  }, TEST_MS);

  afterEach(async () => {
    await gateway.close();
    await exchange.close();
    expect(exchange.unexpected).toEqual([]);
  }, TEST_MS);

  it(
    'states the rules of a market, and what lies in the account',
    async () => {
      const [instrument] = await gateway.instruments([BTC]);
      expect(instrument).toMatchObject({ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT' });
      expect(toText(instrument?.tickSize ?? dec(0))).toBe('0.1');
      expect(toText(instrument?.lotSize ?? dec(0))).toBe('0.00000001');
      expect(toText(instrument?.takerFee ?? dec(0))).toBe('0.004');
      const balances = (await gateway.balances()).map(
        ({ asset, free, locked }) => `${asset} ${toText(free)} ${toText(locked)}`,
      );
      expect(balances.sort()).toEqual(['BTC 0.4 0.1', 'USDT 100 0']);
    },
    TEST_MS,
  );

  it(
    'takes an order once, under our id, and its refusals are told apart',
    async () => {
      exchange.on(place, recording.accepted);
      expect(await gateway.place(order)).toMatchObject({
        kind: 'acked',
        report: { clientOrderId: MINE, exchangeOrderId: recording.exchangeOrderId },
      });
      const [asked, ...more] = exchange.of(place);
      expect(more).toEqual([]);
      expect([MINE, `t-${MINE}`, MINE_AS_UUID]).toContain(asked && recording.clientIdOf(asked));
      exchange.on(place, recording.refused);
      expect(await gateway.place(order)).toMatchObject({ kind: 'rejected' });
      exchange.on(place, recording.ambiguous);
      expect(await gateway.place(order)).toMatchObject({ kind: 'unknown' });
    },
    TEST_MS,
  );

  it(
    'lists our order beside one that was made by hand, finds it by our id, and can prove it absent',
    async () => {
      expect(await gateway.lookup(ref)).toEqual({ kind: 'absent', places: expect.any(Array) });
      for (const [route, answer] of Object.entries(open)) exchange.on(route, answer);
      const { rows, unreadable } = await gateway.openOrders([BTC]);
      expect(unreadable).toEqual([]);
      expect(rows.map(({ clientOrderId: name, status }) => [name, status])).toEqual([
        [MINE, 'open'],
        [undefined, 'open'],
      ]);
      expect(await gateway.lookup(ref)).toMatchObject({
        kind: 'found',
        report: { exchangeOrderId: recording.exchangeOrderId, status: 'open' },
      });
    },
    TEST_MS,
  );

  it(
    'streams what becomes of our order, and the trades of a market',
    async () => {
      exchange.onFrame = (frame, reply) => {
        for (const answer of recording.streamed(frame as Frame)) reply(answer);
      };
      const feed = createCcxtFeed(exchange.options(id, credentials));
      const [reports, events]: [OrderReport[], MarketEvent[]] = [[], []];
      try {
        await feed.open(
          { symbols: [BTC], series: [] },
          { event: (event) => events.push(event), connected: () => undefined },
        );
        await gateway.open({
          report: (report) => reports.push(report),
          fill: () => undefined,
          balances: () => undefined,
          stream: () => undefined,
        });
        await until(() => events.some(({ kind }) => kind === 'trade'), 'a trade came', TEST_MS / 3);
        await until(() => reports.length > 0, 'our order was told of', TEST_MS / 3);
      } finally {
        await feed.close();
      }
      const trade = events.find(({ kind }) => kind === 'trade');
      // KuCoin's nanoseconds lose a millisecond in ccxt's floats.
      expect(Math.abs((trade?.at ?? 0) - 1_700_000_000_250)).toBeLessThanOrEqual(1);
      expect(trade).toMatchObject({
        symbol: BTC,
        price: 42_000.5,
        amount: 0.001,
        side: 'buy',
      });
      expect(reports[0]).toMatchObject({
        clientOrderId: MINE,
        exchangeOrderId: recording.exchangeOrderId,
        symbol: BTC,
        status: 'open',
      });
    },
    TEST_MS,
  );

  it(
    'gives every own trade of weeks once, in order, with what it was charged',
    async () => {
      const mine = TRADES.filter(({ isOther }) => !isOther);
      for (const since of [mine[0]?.at ?? 0, mine[50]?.at ?? 0, mine[120]?.at ?? 0]) {
        const { rows, unreadable } = await gateway.fills(BTC, since);
        expect(unreadable).toEqual([]);
        expect(rows.map(({ tradeId }) => tradeId)).toEqual(
          mine.filter(({ at }) => at >= since).map((trade) => trade.id),
        );
        const [first] = rows;
        expect(
          first && feesOf(first).map(({ asset, amount }) => `${toText(amount)} ${asset}`),
        ).toEqual([recording.fee]);
      }
    },
    TEST_MS,
  );
});
