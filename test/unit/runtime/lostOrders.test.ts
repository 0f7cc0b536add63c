/** Orders of this installation that its journal does not know, at a running trader. */
import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import { clientOrderId, exchangeOrderId } from '../../../src/core/domain/ids.ts';
import type { OrderReport } from '../../../src/core/domain/order.ts';
import { orderIdentity } from '../../../src/core/orders/clientOrderId.ts';
import { LostOrders } from '../../../src/runtime/lostOrders.ts';
import { cancelOrder } from '../../../src/runtime/operator.ts';
import { resumeSymbol } from '../../../src/runtime/resume.ts';
import { aReport, BTC_USDT, GRID } from '../../builders/orders.ts';
import { QUIET } from '../../builders/runtime.ts';
import { aTrader, type TraderBench } from '../../builders/trader.ts';

const terms = { side: 'sell', amount: dec('1'), price: dec('120') } as const;

function partsOf(bench: TraderBench) {
  const { parts } = bench.trader;
  if (!parts) throw new Error('not started');
  return parts;
}

const strangersOf = (bench: TraderBench): string[] =>
  [...partsOf(bench).session.state.strangers.values()].map(({ exchangeOrderId: id }) => id);

/** Started, and the exchange has an order that the journal does not know. */
async function withStranger(isLost = true): Promise<{ bench: TraderBench; stranger: OrderReport }> {
  const bench = aTrader();
  await bench.start();
  const { instanceId } = partsOf(bench).session.state;
  const lost = orderIdentity({
    ...{ instanceId, runId: 'lost', sequence: 9 },
    ...{ strategyId: GRID, symbol: BTC_USDT, side: 'sell' },
  }).clientOrderId;
  const id = isLost ? lost : clientOrderId('web_123');
  const stranger = aReport({ clientOrderId: id, exchangeOrderId: exchangeOrderId('77'), terms });
  bench.exchange.orders.set(id, stranger);
  await bench.wait(11);
  expect(strangersOf(bench)).toEqual(['77']);
  expect(bench.exchange.count('cancel')).toBe(0);
  return { bench, stranger };
}

const byName = (bench: TraderBench, order: string) =>
  cancelOrder(partsOf(bench), { order, reason: 'test' }, { clock: bench.clock, waitMs: 0 });

describe('an order of ours that the journal does not know', () => {
  it('is forgotten when the exchange lists it no more', async () => {
    const { bench, stranger } = await withStranger();
    bench.exchange.orders.delete(stranger.clientOrderId ?? '');
    await bench.wait(11);
    expect(strangersOf(bench)).toEqual([]);
  });

  it('is kept while a row of the list cannot be read', async () => {
    const { bench, stranger } = await withStranger();
    bench.exchange.orders.delete(stranger.clientOrderId ?? '');
    const row = { what: 'order', symbol: BTC_USDT, name: '77', problem: 'no id' } as const;
    bench.exchange.unreadable = [row];
    await bench.wait(11);
    expect(strangersOf(bench)).toEqual(['77']);
  });

  it('is cancelled at the exchange when its symbol is resumed', async () => {
    const { bench } = await withStranger();
    await resumeSymbol(partsOf(bench), { symbol: 'BTC/USDT', reason: 'x', adoptBalances: false });
    await bench.wait(1);
    expect(bench.exchange.count('cancel')).toBe(1);
    expect(strangersOf(bench)).toEqual([]);
  });

  it('is cancelled by its name, and a foreign one is not', async () => {
    const { bench } = await withStranger();
    expect(await byName(bench, '77')).toMatchObject({ order: '77', strategy: '', amount: '1' });
    await bench.wait(1);
    expect(strangersOf(bench)).toEqual([]);
    const foreign = await withStranger(false);
    await expect(byName(foreign.bench, 'web_123')).rejects.toThrow(/^ORDER_FOREIGN: order 77/u);
    expect(foreign.bench.exchange.count('cancel')).toBe(0);
  });

  it('is cancelled by a stop that leaves no orders, and left alone by one that keeps them', async () => {
    for (const [mode, cancels] of [
      ['cancel-orders', 1],
      ['keep-orders', 0],
    ] as const) {
      const { bench } = await withStranger();
      const stopped = bench.trader.stop(mode, 5_000);
      await bench.wait(6);
      await stopped;
      expect(bench.exchange.count('cancel')).toBe(cancels);
    }
  });
});

describe('the request', () => {
  it('does not leave for an order that has ended while it waited for its turn', async () => {
    const { bench, stranger } = await withStranger();
    const { session } = partsOf(bench);
    const words: string[] = [];
    const lost = new LostOrders({
      session,
      logger: QUIET,
      gateway: {
        cancel: async (_ref, look) => {
          session.report({ ...stranger, status: 'canceled' });
          const message = look?.() ?? 'nobody looks';
          words.push(message);
          return { kind: 'withheld', message };
        },
      },
    });
    const { exchangeOrderId: id } = stranger;
    const named = clientOrderId(stranger.clientOrderId ?? '');
    const about = { symbol: BTC_USDT, exchangeOrderId: id, clientOrderId: named };
    await lost.cancel({ kind: 'cancelLost', ...about });
    expect(words).toEqual(['it stands no more']);
  });

  it('does not leave twice at once, nor from a process that has lost the account to another', async () => {
    const { bench, stranger } = await withStranger();
    const { session } = partsOf(bench);
    const words: string[] = [];
    let answer: () => void = () => undefined;
    const lost = new LostOrders({
      session,
      logger: QUIET,
      gateway: {
        cancel: async (_ref, look) => {
          words.push(look?.() ?? 'nobody looks');
          await new Promise<void>((resolve) => (answer = resolve));
          return { kind: 'notFound', message: '' };
        },
      },
    });
    const command = {
      ...({ kind: 'cancelLost', symbol: BTC_USDT } as const),
      exchangeOrderId: stranger.exchangeOrderId,
      clientOrderId: clientOrderId(stranger.clientOrderId ?? ''),
    };
    const first = lost.cancel(command);
    await lost.cancel(command);
    expect(words).toEqual(['']);
    answer();
    await first;
    const other = aTrader({ store: bench.store });
    await other.start();
    void lost.cancel(command);
    expect(words).toEqual(['', 'another process has taken over']);
  });
});
