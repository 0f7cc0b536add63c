import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dec } from '../../../../../src/core/domain/decimal.ts';
import { exchangeOrderId, intentId, strategyId } from '../../../../../src/core/domain/ids.ts';
import type { Note } from '../../../../../src/core/domain/notes.ts';
import type { OrderRecord } from '../../../../../src/core/domain/order.ts';
import { main } from '../../../../../src/interface/cli/main.ts';
import type { Records } from '../../../../../src/ports/records.ts';
import { EMPTY_BOOKS, FakeApp, fakeHome, type FakeHome } from '../../../../builders/fakeApp.ts';
import { fakeIo, type FakeIoOptions } from '../../../../builders/fakeIo.ts';
import { aFill, anIntent, BTC_USDT, GRID, T0 } from '../../../../builders/orders.ts';

let home: FakeHome;
let app: FakeApp;
let asked: unknown[];
let closed: number;

const ORDER: OrderRecord = {
  intent: anIntent({ inputs: { line: 7 } }),
  state: 'PARTIAL',
  exchangeOrderId: exchangeOrderId('4711'),
  filled: dec('0.30'),
  filledQuote: dec('30'),
  reportedFilled: dec('0.3'),
  cancelRequested: false,
  message: '',
  updatedAt: T0 + 1_000,
};
const NOTE: Note = { at: T0, code: 'PAUSED', strategyId: GRID, inputs: { price: '1' } };

function books(): Records {
  return {
    ...EMPTY_BOOKS,
    orders: (filter) => {
      asked.push(filter);
      return [ORDER];
    },
    changes: () => [
      { intentId: ORDER.intent.intentId, at: T0 + 2, from: 'ACKED', to: 'PARTIAL', message: '' },
      {
        intentId: ORDER.intent.intentId,
        at: T0 + 1,
        from: 'PLANNED',
        to: 'SENDING',
        message: 'sent',
      },
    ],
    fills: (filter) => {
      asked.push(filter);
      return [
        { fill: aFill({ amount: dec('0.3') }), strategyId: GRID, intentId: intentId('test-1') },
      ];
    },
    notes: (filter) => {
      asked.push(filter);
      return [NOTE];
    },
    positions: () => [
      {
        strategyId: GRID,
        symbol: BTC_USDT,
        amount: dec('0.30'),
        cost: dec('30'),
        realisedPnl: dec('-0.1'),
        feesQuote: dec('0.03'),
        fills: 1,
        openedAt: T0,
      },
    ],
    close: () => {
      closed += 1;
    },
  };
}

beforeEach(() => {
  home = fakeHome();
  app = new FakeApp();
  asked = [];
  closed = 0;
  app.books = books();
});
afterEach(() => {
  home.dispose();
});

async function plimsoll(args: readonly string[], options: FakeIoOptions = {}) {
  const io = fakeIo(options);
  const exitCode = await main([...args, '--config', home.configFile], app, io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await plimsoll([...args, '--json'])).stdout);

describe('orders, fills and positions', () => {
  it('print a table for people', async () => {
    const { exitCode, stdout } = await plimsoll(['orders']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'CREATED               ORDER   STRATEGY  SYMBOL    SIDE  TYPE   PRICE  TRIGGER  AMOUNT  FILLED  STATE    WHY',
      '2024-01-01 00:00:00Z  test-1  grid      BTC/USDT  buy   limit    100        -       1     0.3  PARTIAL  words for TEST {"line":7}',
    ]);
    expect((await plimsoll(['fills'])).stdout).toContain('0 USDT  maker  test-1');
    expect((await plimsoll(['positions'])).stdout).toContain(
      '0.3   100.00  30.00     -0.10  0.03     -      1',
    );
  });

  it('say what of a position is dust beside it', async () => {
    const [position] = books().positions();
    if (!position) throw new Error('no position');
    const dust = { amount: dec('0.001'), cost: dec('0.2') };
    const held = { ...position, amount: dec('0.301'), cost: dec('30.2'), dust };
    app.books = { ...books(), positions: () => [held] };
    expect((await plimsoll(['positions'])).stdout).toContain(
      '0.3   100.00  30.00     -0.10  0.03  0.001      1',
    );
    expect(await json('positions')).toMatchObject({
      positions: [
        { amount: '0.3', cost: '30', average_price: '100', dust: { amount: '0.001', cost: '0.2' } },
      ],
    });
  });

  it('refuse a name that nobody knows, with the nearest ones', async () => {
    app.books = { ...books(), orders: () => [], notes: () => [], fills: () => [] };
    for (const command of ['orders', 'fills']) {
      const market = await plimsoll([command, '--symbol', 'BTC/USDC']);
      expect(market).toMatchObject({ exitCode: 2, stdout: '' });
      expect(market.stderr).toContain('no market "BTC/USDC"; did you mean BTC/USDT?');
      const strategy = await plimsoll([command, '--strategy', 'nosuch']);
      expect(strategy).toMatchObject({ exitCode: 2, stdout: '' });
      expect(strategy.stderr).toContain('no strategy "nosuch"; there is grid');
    }
  });

  it('take a name that only the books know', async () => {
    expect((await plimsoll(['orders', '--symbol', 'eth/usdt'])).exitCode).toBe(0);
    expect((await plimsoll(['fills', '--strategy', 'gone'])).exitCode).toBe(0);
  });

  it('show the trigger of a stop', async () => {
    const { price: _none, ...intent } = anIntent({ side: 'sell', type: 'stop' });
    const stop: OrderRecord = { ...ORDER, intent: { ...intent, trigger: dec('95.50') } };
    app.books = { ...books(), orders: () => [stop] };
    expect(await json('orders')).toMatchObject({ orders: [{ trigger: '95.5' }] });
    expect((await plimsoll(['orders'])).stdout).toMatch(/ stop +\S+ +95\.5 +1 /u);
    expect((await plimsoll(['why', '4711'])).stdout).toContain('at or below 95.5');
  });

  it('print documents with exact money as text and times in UTC', async () => {
    expect(await json('orders')).toMatchObject({
      schema_version: 1,
      orders: [
        {
          intent_id: 'test-1',
          exchange_order_id: '4711',
          amount: '1',
          filled: '0.3',
          average_price: '100',
          created_at: '2024-01-01T00:00:00.000Z',
        },
      ],
    });
    expect(await json('fills')).toMatchObject({
      fills: [{ trade_id: 't1', price: '100', amount: '0.3', fee_asset: 'USDT' }],
    });
    expect(await json('positions')).toMatchObject({
      positions: [{ strategy: 'grid', amount: '0.3', average_price: '100', realised_pnl: '-0.1' }],
    });
  });

  it('ask for open orders of all strategies unless told otherwise', async () => {
    await plimsoll(['orders']);
    await plimsoll([
      'orders',
      '--all',
      '--strategy',
      'grid',
      '--symbol',
      'btc-usdt',
      '--limit',
      '5',
    ]);
    expect(asked).toEqual([
      { limit: 50, openOnly: true },
      { limit: 5, strategyId: strategyId('grid'), symbol: BTC_USDT, openOnly: false },
    ]);
  });

  it('say on stderr that there is nothing', async () => {
    app.books = EMPTY_BOOKS;
    expect(await plimsoll(['orders'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'no open orders; --all shows closed ones\n',
    });
    expect(await json('fills')).toEqual({ schema_version: 1, fills: [] });
  });

  it('close the books, also after an error', async () => {
    app.books = {
      ...books(),
      fills: () => {
        throw new Error('JOURNAL_BUSY: locked');
      },
    };
    expect((await plimsoll(['fills'])).exitCode).toBe(1);
    expect(closed).toBe(1);
  });

  it('end with exit code 2 when nothing was ever recorded', async () => {
    app.records = () => {
      throw new Error('JOURNAL_MISSING: there are no books yet');
    };
    expect((await plimsoll(['orders'])).exitCode).toBe(2);
  });
});

describe('why', () => {
  it.each(['test-1', 'xaaaaaaaaaaaaaaaaa', '4711'])('explains the order %s', async (id) => {
    const { exitCode, stdout } = await plimsoll(['why', id]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('buy 1 BTC/USDT limit 100 for grid: PARTIAL');
    expect(stdout).toContain('filled 0.3 at 100 on average');
    expect(stdout).toContain('why: words for TEST {"line":7} [TEST]\n  line  7');
    expect(stdout.indexOf('PLANNED → SENDING: sent')).toBeLessThan(
      stdout.indexOf('ACKED → PARTIAL'),
    );
    expect(stdout).toContain('0.3 BTC/USDT at 100');
  });

  it('gives the story of an order as a document', async () => {
    expect(await json('why', '4711')).toMatchObject({
      order: { intent_id: 'test-1', inputs: { line: 7 } },
      changes: [{ from: 'PLANNED' }, { from: 'ACKED' }],
      fills: [{ trade_id: 't1' }],
      notes: [{ code: 'PAUSED', text: 'words for PAUSED {"price":"1"}' }],
    });
  });

  it('explains a strategy from the books when no daemon runs', async () => {
    const { exitCode, stdout } = await plimsoll(['why', 'grid', '-n', '3']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('grid on BTC/USDT\nno daemon runs');
    expect(stdout).toContain('2024-01-01 00:00:00Z  words for PAUSED {"price":"1"}');
    expect(asked.at(-1)).toEqual({ strategyId: GRID, limit: 3 });
  });

  it('explains a market, however it was typed', async () => {
    expect((await plimsoll(['why', 'btc/usdt'])).exitCode).toBe(0);
    expect(asked.at(-1)).toEqual({ symbol: BTC_USDT, limit: 10 });
  });

  it('ends with exit code 2 and names what there is', async () => {
    const { exitCode, stderr } = await plimsoll(['why', 'grdi']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'no strategy, symbol or order "grdi"; did you mean grid?; there is grid, BTC/USDT',
    );
  });
});
