/** What every journal and its records must do; run against each implementation by journal.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../src/core/domain/decimal.ts';
import {
  asset,
  exchangeOrderId,
  intentId,
  strategyId,
  tradeId,
} from '../../src/core/domain/ids.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { Records } from '../../src/ports/records.ts';
import {
  aFill,
  anIntent,
  anOrder,
  doubted,
  aPlan,
  aStep,
  BTC,
  ETH,
  idsOf,
  T0,
} from '../builders/journal.ts';

/** One set of books. `open` may be called again: it gives another journal over the same books. */
export interface Books {
  open(): Journal;
  records(): Records;
  dispose(): void;
}

export function journalContract(name: string, makeBooks: () => Books): void {
  let books: Books;
  let journal: Journal;

  beforeEach(() => {
    books = makeBooks();
    journal = books.open();
  });
  afterEach(() => books.dispose());

  const reopened = (): Journal => {
    journal.close();
    journal = books.open();
    return journal;
  };

  describe(`${name}: recover`, () => {
    it('starts empty, with an instance id and the first epoch', () => {
      const recovered = journal.recover();
      expect(recovered).toEqual({
        instanceId: expect.stringMatching(/^[a-z2-7]{6,8}$/u),
        runId: expect.stringMatching(/^[a-z0-9]+$/u),
        epoch: 1,
        nextSequence: 1,
        orders: [],
        positions: [],
        balances: [],
        strategies: new Map(),
        keptAt: new Map(),
        flags: { halted: [] },
        lastFillAt: 0,
        lastStepAt: 0,
      });
    });

    it('keeps the instance id, and with each run raises the epoch and makes another run id', () => {
      const first = journal.recover();
      const second = reopened().recover();
      expect(second.instanceId).toBe(first.instanceId);
      expect(second.epoch).toBe(first.epoch + 1);
      expect(second.runId).not.toBe(first.runId);
    });

    it('must come before any other call', () => {
      expect(() => journal.commit(aStep())).toThrow('JOURNAL_NOT_RECOVERED');
      expect(() => journal.assertOurs()).toThrow('JOURNAL_NOT_RECOVERED');
    });

    it('gives back orders that are not terminal, by sequence, and the next sequence of all', () => {
      journal.recover();
      const [one, two, three, four] = [1, 2, 3, 4].map((sequence) => anIntent(sequence));
      if (!one || !two || !three || !four) throw new Error('four intents');
      journal.commit(aPlan([two, one]));
      journal.commit(aPlan([three, four]));
      const gone = anOrder(three, { state: 'CANCELLED' });
      const acked = anOrder(two, {
        state: 'PARTIAL',
        exchangeOrderId: exchangeOrderId('77'),
        filled: dec('0.005'),
        filledQuote: dec('210.0025'),
        reportedFilled: dec('0.006'),
        terminalReport: 'CANCELLED',
        cancelRequested: true,
        message: 'said “no”',
        updatedAt: T0 + 1,
      });
      journal.commit(aStep({ orders: [gone, acked] }));
      const recovered = reopened().recover();
      expect(recovered.orders).toEqual([doubted(anOrder(one)), acked, doubted(anOrder(four))]);
      expect(recovered.nextSequence).toBe(5);
    });

    it('tells the newest market times, whatever order they came in', () => {
      journal.recover();
      const intent = anIntent(1);
      const fills = [aFill('a', intent, { at: T0 + 9 }), aFill('b', intent, { at: T0 + 3 })];
      journal.commit({ ...aPlan([intent]), at: T0 + 70, fills });
      journal.commit(aStep({ at: T0 + 60 }));
      expect(reopened().recover()).toMatchObject({ lastFillAt: T0 + 9, lastStepAt: T0 + 70 });
    });

    it('overwrites positions, balances and strategy states with what was given last', () => {
      journal.recover();
      const position = {
        strategyId: strategyId('dca'),
        symbol: BTC,
        amount: dec('1.5'),
        cost: dec('63000'),
        realisedPnl: dec('-0.00000001'),
        feesQuote: dec('63'),
        fills: 3,
        openedAt: T0,
      };
      const { openedAt: _openedAt, ...flat } = { ...position, amount: dec(0), fills: 4 };
      const balance = {
        asset: asset('USDT'),
        opening: dec('10000'),
        deposited: dec('-20.5'),
        total: dec('9979'),
      };
      const id = strategyId('dca');
      journal.commit(
        aStep({
          positions: [position],
          balances: [balance],
          strategies: [{ id, state: { n: 1 } }],
        }),
      );
      expect(reopened().recover()).toMatchObject({ positions: [position], balances: [balance] });
      const kept = { positions: [flat], strategies: [{ id, state: [null, 'x'] }] };
      journal.commit(aStep({ ...kept, at: T0 + 4 }));
      const recovered = reopened().recover();
      expect(recovered.positions).toEqual([flat]);
      expect(recovered.balances).toEqual([balance]);
      expect(recovered.strategies).toEqual(new Map([[id, [null, 'x']]]));
      expect(recovered.keptAt).toEqual(new Map([[id, T0 + 4]]));
    });

    it('keeps what was booked into and out of positions, each once and in order, with what they come to', () => {
      journal.recover();
      const about = { strategyId: strategyId('dca'), symbol: BTC, reason: 'sold by hand' };
      const out = {
        ...about,
        ...{ at: T0, amount: dec('-0.005'), cost: dec('-210.000000000000000001') },
        ...{ afterFills: 3, cause: 'gone' as const },
      };
      const back = { ...out, amount: dec('0.001'), cost: dec(0), cause: 'adopted' as const };
      const other = { ...out, strategyId: strategyId('other'), symbol: ETH };
      const position = {
        ...{ strategyId: about.strategyId, symbol: BTC, amount: dec('0.1'), cost: dec('4200') },
        ...{ realisedPnl: dec(0), feesQuote: dec(0), fills: 3, openedAt: T0 },
        booked: { amount: dec('-0.004'), cost: dec('-210.000000000000000001') },
      };
      journal.commit(aStep({ bookings: [out, other], positions: [position] }));
      journal.commit(aStep({ bookings: [back] }));
      expect(reopened().recover().positions).toEqual([position]);
      const records = books.records();
      expect(records.bookings({ limit: 9 })).toEqual([back, other, out]);
      expect(records.bookings({ limit: 1, symbol: BTC })).toEqual([back]);
      expect(records.bookings({ limit: 9, strategyId: strategyId('other') })).toEqual([other]);
      records.close();
    });

    it('keeps flags until they are changed', () => {
      journal.recover();
      const flags = {
        paused: { reason: 'lunch', since: T0 - 9 },
        halted: [
          { symbol: ETH, reason: 'drift', since: T0 - 7 },
          { symbol: BTC, reason: '', since: T0 - 8 },
        ],
      };
      journal.commit(aStep({ flags }));
      journal.commit(aStep());
      expect(reopened().recover().flags).toEqual(flags);
      journal.commit(aStep({ flags: { halted: [] } }));
      expect(reopened().recover().flags).toEqual({ halted: [] });
    });
  });

  describe(`${name}: commit`, () => {
    it('counts a fill once, in one step or in two', () => {
      journal.recover();
      const intent = anIntent(1);
      journal.commit({
        ...aPlan([intent]),
        fills: [aFill('7', intent), aFill('7', intent), aFill('8', intent)],
      });
      journal.commit(aStep({ fills: [aFill('7', intent)] }));
      expect(journal.hasFill({ symbol: BTC, tradeId: tradeId('7'), side: 'buy' })).toBe(true);
      expect(journal.hasFill({ symbol: ETH, tradeId: tradeId('7'), side: 'buy' })).toBe(false);
      expect(journal.hasFill({ symbol: BTC, tradeId: tradeId('9'), side: 'buy' })).toBe(false);
      journal.commit(aStep({ fills: [aFill('7', intent, { fee: dec('99') })] }));
      const fills = books.records().fills({ limit: 9 });
      expect(fills).toHaveLength(2);
      expect(fills).toEqual(expect.arrayContaining([aFill('7', intent), aFill('8', intent)]));
    });

    it('keeps every fee of a fill', () => {
      journal.recover();
      const intent = anIntent(1);
      const moreFees = [
        { asset: asset('GT'), amount: dec('0.0125') },
        { asset: asset('__proto__'), amount: dec('-3') },
      ];
      const fill = aFill('7', intent, { moreFees });
      journal.commit({ ...aPlan([intent]), fills: [fill] });
      expect(books.records().fills({ limit: 9 })).toEqual([fill]);
    });

    it('tells the same trade id on two symbols apart', () => {
      journal.recover();
      const [btc, eth] = [anIntent(1), anIntent(2, { symbol: ETH })];
      journal.commit({ ...aPlan([btc, eth]), fills: [aFill('7', btc), aFill('7', eth)] });
      expect(books.records().counts().fills).toBe(2);
    });

    it('writes nothing of a step that names an unknown intent', () => {
      journal.recover();
      const known = anIntent(1);
      const stranger = anIntent(2);
      const good = {
        ...aPlan([known]),
        fills: [aFill('1', known)],
        flags: { paused: { reason: '', since: T0 }, halted: [] },
      };
      for (const bad of [
        { ...good, orders: [anOrder(stranger)] },
        { ...good, fills: [aFill('1', known), aFill('2', stranger)] },
        {
          ...good,
          changes: [
            {
              intentId: stranger.intentId,
              at: T0,
              from: 'PLANNED',
              to: 'ACKED',
              message: '',
            } as const,
          ],
        },
      ]) {
        expect(() => journal.commit(bad)).toThrow('JOURNAL_INVALID');
      }
      expect(journal.hasFill({ symbol: BTC, tradeId: tradeId('1'), side: 'buy' })).toBe(false);
      expect(journal.findOrder({ intentId: known.intentId })).toBeUndefined();
      const recovered = reopened().recover();
      expect(recovered).toMatchObject({
        orders: [],
        nextSequence: 1,
        lastStepAt: 0,
        flags: { halted: [] },
      });
    });

    it('refuses a second intent of the same id and keeps the first', () => {
      journal.recover();
      journal.commit(aPlan([anIntent(1)]));
      expect(() => journal.commit(aPlan([anIntent(2), anIntent(1, { amount: dec(5) })]))).toThrow(
        'JOURNAL_INVALID',
      );
      expect(journal.findOrder({ intentId: intentId('test-1') })?.intent.amount).toEqual(
        anIntent(1).amount,
      );
      expect(journal.findOrder({ intentId: intentId('test-2') })).toBeUndefined();
    });

    it('lets an intent without an order stand as planned', () => {
      journal.recover();
      journal.commit({ ...aPlan([anIntent(1)]), orders: [] });
      expect(reopened().recover().orders).toEqual([doubted(anOrder(anIntent(1)))]);
    });
  });

  describe(`${name}: after a crash`, () => {
    it('has as UNKNOWN, in full, what an earlier run had planned or was sending; nothing else', () => {
      journal.recover();
      const intents = [1, 2, 3, 4].map((sequence) => anIntent(sequence));
      const states = ['PLANNED', 'SENDING', 'ACKED', 'CANCELLED'] as const;
      journal.commit(aPlan(intents));
      const orders = intents.map((intent, at) =>
        anOrder(intent, { state: states[at] ?? 'PLANNED' }),
      );
      journal.commit(aStep({ at: T0 + 9, orders }));
      const recovered = reopened().recover().orders;
      expect(recovered.map(({ state }) => state)).toEqual(['UNKNOWN', 'UNKNOWN', 'ACKED']);
      expect(recovered[0]).toEqual(doubted(anOrder(anIntent(1))));
      const [change] = books.records().changes(intents[1]?.intentId ?? intentId('none'));
      expect(change).toMatchObject({ at: T0 + 9, from: 'SENDING', to: 'UNKNOWN' });
    });

    it('does so only once: the next run finds it as it was left', () => {
      journal.recover();
      journal.commit(aPlan([anIntent(1)]));
      reopened().recover();
      journal.commit(aStep({ orders: [anOrder(anIntent(1), { state: 'NOT_PLACED' })] }));
      expect(reopened().recover().orders).toEqual([]);
      expect(books.records().changes(anIntent(1).intentId)).toHaveLength(1);
    });

    it('makes a run id anew each time', () => {
      const first = journal.recover().runId;
      expect(reopened().recover().runId).not.toBe(first);
    });
  });

  describe(`${name}: fencing`, () => {
    it('stops the older run at every call once a newer one has recovered', () => {
      journal.recover();
      journal.commit(aPlan([anIntent(1)]));
      const newer = books.open();
      journal.commit(aStep());
      newer.recover();
      const calls = [
        () => journal.commit(aPlan([anIntent(2)])),
        () => journal.assertOurs(),
        () => journal.hasFill({ symbol: BTC, tradeId: tradeId('1'), side: 'buy' }),
        () => journal.findOrder({ intentId: intentId('test-1') }),
      ];
      for (const call of calls) expect(call).toThrow('JOURNAL_FENCED');
      expect(() => newer.assertOurs()).not.toThrow();
      newer.close();
    });
  });

  describe(`${name}: findOrder`, () => {
    it('finds by each key, terminal orders included', () => {
      journal.recover();
      const intent = anIntent(1);
      const filled = anOrder(intent, {
        state: 'FILLED',
        exchangeOrderId: exchangeOrderId('55'),
        filled: dec('0.0125'),
      });
      journal.commit(aPlan([intent, anIntent(2)]));
      journal.commit(aStep({ orders: [filled] }));
      expect(journal.findOrder({ intentId: intent.intentId })).toEqual(filled);
      expect(journal.findOrder({ clientOrderId: intent.clientOrderId })).toEqual(filled);
      expect(journal.findOrder({ exchangeOrderId: '55' })).toEqual(filled);
      expect(journal.findOrder({ exchangeOrderId: '55', symbol: BTC })).toEqual(filled);
      expect(journal.findOrder({ clientOrderId: 'unknown', exchangeOrderId: '55' })).toEqual(
        filled,
      );
    });

    it('finds nothing for a key nobody has, and for no key', () => {
      journal.recover();
      journal.commit(aPlan([anIntent(1)]));
      expect(journal.findOrder({ intentId: intentId('test-9') })).toBeUndefined();
      expect(journal.findOrder({ clientOrderId: 'x' })).toBeUndefined();
      expect(journal.findOrder({ exchangeOrderId: '55' })).toBeUndefined();
      expect(journal.findOrder({})).toBeUndefined();
    });

    it('tells orders of the same exchange id apart by symbol, and prefers the newest without', () => {
      journal.recover();
      const [btc, eth] = [anIntent(1), anIntent(2, { symbol: ETH })];
      const both = [btc, eth].map((intent) =>
        anOrder(intent, { state: 'ACKED', exchangeOrderId: exchangeOrderId('55') }),
      );
      journal.commit(aPlan([btc, eth]));
      journal.commit(aStep({ orders: both }));
      expect(journal.findOrder({ exchangeOrderId: '55', symbol: BTC })).toEqual(both[0]);
      expect(journal.findOrder({ exchangeOrderId: '55', symbol: ETH })).toEqual(both[1]);
      expect(journal.findOrder({ exchangeOrderId: '55' })).toEqual(both[1]);
    });
  });

  describe(`${name}: records`, () => {
    const grid = anIntent(1);
    const trend = anIntent(2, { strategyId: strategyId('trend'), symbol: ETH });
    const late = anIntent(3);
    beforeEach(() => {
      journal.recover();
      journal.commit(aPlan([grid, trend, late]));
      journal.commit(
        aStep({
          orders: [anOrder(grid, { state: 'FILLED' })],
          changes: [
            { intentId: grid.intentId, at: T0, from: 'PLANNED', to: 'ACKED', message: '' },
            { intentId: grid.intentId, at: T0, from: 'ACKED', to: 'FILLED', message: 'done' },
            { intentId: late.intentId, at: T0, from: 'PLANNED', to: 'SENDING', message: '' },
          ],
          fills: [
            aFill('2', grid, { at: T0 + 2 }),
            aFill('1', grid, { at: T0 + 1 }),
            aFill('3', trend, { at: T0 + 3 }),
          ],
          notes: [
            {
              at: T0,
              code: 'GRID_LEVEL',
              strategyId: grid.strategyId,
              symbol: BTC,
              intentId: grid.intentId,
              inputs: { a: 1 },
            },
            { at: T0, code: 'ARMED', inputs: {} },
            {
              at: T0,
              code: 'TREND_UP',
              strategyId: trend.strategyId,
              symbol: ETH,
              inputs: { score: '0.5' },
            },
          ],
        }),
      );
    });

    it('lists orders newest first, open only on demand, filtered and limited', () => {
      const records = books.records();
      const all = { limit: 10, openOnly: false };
      expect(idsOf(records.orders(all))).toEqual(['test-3', 'test-2', 'test-1']);
      expect(idsOf(records.orders({ ...all, openOnly: true }))).toEqual(['test-3', 'test-2']);
      expect(idsOf(records.orders({ ...all, limit: 1 }))).toEqual(['test-3']);
      expect(idsOf(records.orders({ ...all, symbol: BTC }))).toEqual(['test-3', 'test-1']);
      expect(idsOf(records.orders({ ...all, strategyId: trend.strategyId }))).toEqual(['test-2']);
      expect(idsOf(records.orders({ ...all, intentId: grid.intentId, symbol: ETH }))).toEqual([]);
    });

    it('lists the changes of one order, newest first', () => {
      expect(
        books
          .records()
          .changes(grid.intentId)
          .map(({ to }) => to),
      ).toEqual(['FILLED', 'ACKED']);
    });

    it('lists fills by their time, newest first, with their owner', () => {
      const records = books.records();
      const trades = (fills: ReturnType<Records['fills']>) => fills.map(({ fill }) => fill.tradeId);
      expect(trades(records.fills({ limit: 10 }))).toEqual(['3', '2', '1']);
      expect(trades(records.fills({ limit: 1, intentId: grid.intentId }))).toEqual(['2']);
      expect(records.fills({ limit: 10, symbol: ETH })).toEqual([
        aFill('3', trend, { at: T0 + 3 }),
      ]);
    });

    it('lists notes newest first, as they were given', () => {
      const records = books.records();
      expect(records.notes({ limit: 10 }).map(({ code }) => code)).toEqual([
        'TREND_UP',
        'ARMED',
        'GRID_LEVEL',
      ]);
      expect(records.notes({ limit: 1, intentId: grid.intentId })).toEqual([
        {
          at: T0,
          code: 'GRID_LEVEL',
          strategyId: grid.strategyId,
          symbol: BTC,
          intentId: grid.intentId,
          inputs: { a: 1 },
        },
      ]);
      expect(records.notes({ limit: 10, strategyId: trend.strategyId, symbol: ETH })).toHaveLength(
        1,
      );
    });

    it('sees each commit of the journal at once', () => {
      const records = books.records();
      expect(records.counts()).toEqual({ orders: 3, fills: 3, notes: 3 });
      const total = dec('123.000000000000000001');
      const balances = [{ asset: asset('USDT'), opening: dec(1), deposited: dec(0), total }];
      journal.commit(aStep({ notes: [{ at: T0, code: 'ARMED', inputs: {} }], balances }));
      expect(records.counts()).toEqual({ orders: 3, fills: 3, notes: 4 });
      expect(records.balances().map((balance) => toText(balance.total))).toEqual([
        '123.000000000000000001',
      ]);
      expect(records.positions()).toEqual([]);
    });
  });
}
