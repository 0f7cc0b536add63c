import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';
import { PaperExchange } from '../../../../src/adapters/paper/paperExchange.ts';
import {
  createPaperGateway,
  fixedInstruments,
} from '../../../../src/adapters/paper/paperGateway.ts';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { marketSymbol } from '../../../../src/core/domain/ids.ts';
import {
  aMarketOrder,
  anApproved,
  anInstrument,
  BTC,
  BTC_USDT,
  T0,
  USDT,
} from '../../../builders/orders.ts';

function setUp() {
  const exchange = new PaperExchange({
    balances: [{ asset: USDT, total: dec('1000') }],
    fillModel: { slippage: 0, touch: 'through', quoteMaxAgeMs: 0 },
  });
  return { exchange, gateway: createPaperGateway(exchange, fixedInstruments([anInstrument()])) };
}

const aStop = (n: number) =>
  aMarketOrder(n, {
    side: 'sell',
    type: 'stop',
    trigger: dec('95'),
    referencePrice: dec('95'),
    pairId: anApproved(n + 1).intentId,
  });
const aTarget = (n: number) =>
  anApproved(n, {
    side: 'sell',
    type: 'limit_maker',
    price: dec('110'),
    pairId: anApproved(n - 1).intentId,
  });

describe('the paper gateway', () => {
  it('holds what the market that it stands for holds', async () => {
    for (const triggers of ['none', 'stop', 'oco'] as const) {
      const listed = anInstrument({ triggers });
      const exchange = new PaperExchange({
        balances: [],
        fillModel: { slippage: 0, touch: 'through', quoteMaxAgeMs: 0 },
      });
      const gateway = createPaperGateway(exchange, fixedInstruments([listed]));
      expect(await gateway.instruments([BTC_USDT])).toEqual([listed]);
    }
  });

  it('lets orders, pairs and cancels be on their way for as long as it is told', async () => {
    const clock = new ManualClock();
    const exchange = new PaperExchange({
      balances: [
        { asset: USDT, total: dec('1000') },
        { asset: BTC, total: dec('5') },
      ],
      fillModel: { slippage: 0, touch: 'through', quoteMaxAgeMs: 0 },
    });
    const gateway = createPaperGateway(exchange, fixedInstruments([anInstrument()]), {
      latencyMs: 200,
      clock,
    });
    await gateway.instruments([BTC_USDT]);
    const open = (): number => exchange.openOrders([BTC_USDT]).length;
    const arrives = async (sent: unknown, before: number, after: number) => {
      clock.advance(199);
      await Promise.resolve();
      expect(open()).toBe(before);
      clock.advance(1);
      await sent;
      expect(open()).toBe(after);
    };
    await arrives(gateway.place(anApproved(1)), 0, 1);
    await arrives(gateway.placePair({ stop: aStop(2), target: aTarget(3) }), 1, 3);
    await arrives(gateway.cancel(anApproved(1)), 3, 2);
  });

  it('opens a market when its instrument is asked for', async () => {
    const { gateway } = setUp();
    expect(await gateway.place(anApproved(1))).toMatchObject({ code: 'SYMBOL_UNKNOWN' });
    expect(await gateway.instruments([BTC_USDT])).toEqual([anInstrument()]);
    expect(await gateway.place(anApproved(1))).toMatchObject({ kind: 'acked' });
  });

  it('names the markets there are when one is not', async () => {
    const { gateway } = setUp();
    await expect(gateway.instruments([marketSymbol('BTC/USD')])).rejects.toThrow(
      'SYMBOL_UNKNOWN: no market BTC/USD; there is BTC/USDT',
    );
  });

  it('reports to the sink from open to close', async () => {
    const { exchange, gateway } = setUp();
    const seen: string[] = [];
    const trade = (price: number, at: number) =>
      exchange.onTrade({ kind: 'trade', at, symbol: BTC_USDT, price, amount: 1, side: 'sell' });
    await gateway.instruments([BTC_USDT]);
    await gateway.place(anApproved(1, { price: dec('95') }));
    await gateway.place(anApproved(2, { price: dec('90') }));
    trade(94, T0 + 1);
    await gateway.open({
      report: ({ status }) => seen.push(status),
      fill: () => seen.push('fill'),
      balances: () => seen.push('balances'),
      stream: (up) => seen.push(up ? 'up' : 'down'),
    });
    trade(97, T0 + 2);
    trade(94, T0 + 3);
    await gateway.close();
    trade(80, T0 + 4);
    expect(seen).toEqual(['up', 'closed']);
    expect((await gateway.openOrders([BTC_USDT])).rows).toHaveLength(1);
    expect((await gateway.fills(BTC_USDT, 0)).rows).toHaveLength(1);
  });

  it('answers the rest of the port', async () => {
    const { gateway } = setUp();
    const { clientOrderId } = anApproved(1);
    expect(await gateway.cancel({ symbol: BTC_USDT, clientOrderId })).toMatchObject({
      kind: 'notFound',
    });
    expect(await gateway.lookup({ symbol: BTC_USDT, clientOrderId })).toMatchObject({
      kind: 'absent',
    });
    expect(await gateway.balances()).toHaveLength(1);
    expect(await gateway.clockOffsetMs()).toBe(0);
    expect(await gateway.permissions()).toEqual({
      trading: true,
      withdrawals: false,
      transfers: false,
    });
  });
});
