import { describe, expect, it } from '@jest/globals';
import { PaperExchange } from '../../../../src/adapters/paper/paperExchange.ts';
import {
  createPaperGateway,
  fixedInstruments,
} from '../../../../src/adapters/paper/paperGateway.ts';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { marketSymbol } from '../../../../src/core/domain/ids.ts';
import { anApproved, anInstrument, BTC_USDT, T0, USDT } from '../../../builders/orders.ts';

function setUp() {
  const exchange = new PaperExchange({
    balances: [{ asset: USDT, total: dec('1000') }],
    fillModel: { slippage: 0, quoteMaxAgeMs: 0 },
  });
  return { exchange, gateway: createPaperGateway(exchange, fixedInstruments([anInstrument()])) };
}

describe('the paper gateway', () => {
  it('holds stops, whatever the exchange it stands for can hold, and refuses pairs', async () => {
    const listed = anInstrument({ triggers: 'oco' });
    const exchange = new PaperExchange({
      balances: [],
      fillModel: { slippage: 0, quoteMaxAgeMs: 0 },
    });
    const gateway = createPaperGateway(exchange, fixedInstruments([listed]));
    expect(await gateway.instruments([BTC_USDT])).toMatchObject([{ triggers: 'stop' }]);
    const pair = { stop: anApproved(1), target: anApproved(2) };
    expect(await gateway.placePair(pair)).toMatchObject({
      stop: { kind: 'rejected' },
      target: { kind: 'rejected' },
    });
  });

  it('opens a market when its instrument is asked for', async () => {
    const { gateway } = setUp();
    expect(await gateway.place(anApproved(1))).toMatchObject({ code: 'SYMBOL_UNKNOWN' });
    expect(await gateway.instruments([BTC_USDT])).toEqual([anInstrument({ triggers: 'stop' })]);
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
