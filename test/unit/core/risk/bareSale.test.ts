import { describe, expect, it } from '@jest/globals';
import { dec, toText, ZERO } from '../../../../src/core/domain/decimal.ts';
import { clientOrderId, intentId } from '../../../../src/core/domain/ids.ts';
import type { Instrument } from '../../../../src/core/domain/instrument.ts';
import { bareSale } from '../../../../src/core/risk/bareSale.ts';
import { anInstrument, T0 } from '../../../builders/orders.ts';

function sale(free: string, changes: Partial<Instrument> = {}, lastPrice = 100) {
  return bareSale({
    instrument: anInstrument(changes),
    free: dec(free),
    lastPrice,
    ...{ intentId: intentId('p-1'), clientOrderId: clientOrderId('xaaaaaaaaaaaaaaaaa') },
    ...{ sequence: 1, at: T0 },
  });
}

function amountOf(approval: ReturnType<typeof bareSale>): string {
  return approval.ok ? toText(approval.order.amount) : approval.code;
}

describe('a sale without books', () => {
  it('sells what is free in whole lots, at the market, and nothing else', () => {
    const approval = sale('1.23456');
    expect(amountOf(approval)).toBe('1.234');
    expect(approval).toMatchObject({
      order: { side: 'sell', type: 'market', purpose: 'exit', referencePrice: dec(100) },
    });
    expect(amountOf(sale('1.23456', { marketLotSize: dec('0.01') }))).toBe('1.23');
  });

  it('says no when what is free is too little for an order, by amount or by value', () => {
    expect(amountOf(sale('0.0004'))).toBe('NOTHING_TO_EXIT');
    expect(amountOf(sale('0.04', { minAmount: dec('0.05') }))).toBe('AMOUNT_TOO_SMALL');
    expect(amountOf(sale('0.049'))).toBe('NOTIONAL_TOO_SMALL');
    expect(amountOf(sale('0.049', { minNotionalAtMarket: false }))).toBe('0.049');
  });

  it('is no more than one order may be, and leaves no rest that could not be sold', () => {
    expect(amountOf(sale('5', { marketMaxAmount: dec('2') }))).toBe('2');
    expect(amountOf(sale('2.01', { marketMaxAmount: dec('2') }))).toBe('1.005');
    expect(amountOf(sale('5', { marketMaxNotional: dec('150') }))).toBe('1.5');
  });

  it('asks for no price where none is known', () => {
    const unpriced = sale('0.001', { marketMaxNotional: dec('150') }, 0);
    expect(amountOf(unpriced)).toBe('0.001');
    expect(unpriced.ok && unpriced.order.referencePrice).toEqual(ZERO);
  });
});
