import { describe, expect, it } from '@jest/globals';
import {
  ORDER_REASONS,
  RISK_REASONS,
  SYSTEM_REASONS,
  type ReasonCatalogue,
} from '../../../../src/core/domain/reasons.ts';
import { createExplainer, formatNumber } from '../../../../src/core/reporting/explain.ts';

const own = (text: string): ReasonCatalogue => ({ TEST: { severity: 'info', text } });

function explain(text: string, inputs: Record<string, number | string>): string {
  return createExplainer([own(text)])({ code: 'TEST', inputs });
}

describe('createExplainer', () => {
  it('fills the places of a text from the inputs', () => {
    expect(
      explain('{side} {amount} at {price}', { side: 'buy', amount: '0.5', price: 100.5 }),
    ).toBe('buy 0.5 at 100.5');
  });

  it('keeps the text of exact decimals as it is, however long', () => {
    const amount = '0.123456789012345678';
    expect(explain('{amount}', { amount })).toBe(amount);
  });

  it('shows fractions as percent and market time as UTC where the text asks for it', () => {
    expect(explain('{loss%} since {then@}', { loss: 0.0525, then: 1_704_067_200_000 })).toBe(
      '5.25% since 2024-01-01T00:00:00.000Z',
    );
  });

  it('shows a question mark where an input is missing', () => {
    expect(explain('{a} and {b}', { a: 1 })).toBe('1 and ?');
  });

  it('shows an unknown code with its inputs', () => {
    const nothing = createExplainer([]);
    expect(nothing({ code: 'NEW_CODE', inputs: { a: 1 / 3, b: 'x' } })).toBe(
      'NEW_CODE: a 0.33333333, b x',
    );
    expect(nothing({ code: 'NEW_CODE', inputs: {} })).toBe('NEW_CODE');
  });

  it('lets the later catalogue win', () => {
    expect(createExplainer([own('first'), own('second')])({ code: 'TEST', inputs: {} })).toBe(
      'second',
    );
  });

  it('reads well for a refusal of risk', () => {
    const all = createExplainer([RISK_REASONS, SYSTEM_REASONS, ORDER_REASONS]);
    const inputs = { price: '89.99', lastPrice: 100, distance: 0.1001, band: 0.1 };
    expect(all({ code: 'PRICE_BAND', inputs })).toBe(
      'refused: price 89.99 is 10.01% away from the last price 100, more than 10%',
    );
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [42, '42'],
    [1_704_067_200_000, '1704067200000'],
    [1 / 3, '0.33333333'],
    [0.1 + 0.2, '0.3'],
    [64_123.456789, '64123.457'],
    [-0.000012345678, '-0.000012345678'],
    [0.00000012345678, '0.00000012345678'],
    [0.0000001, '0.0000001'],
    [1e21, '1e+21'],
    [Number.NaN, 'NaN'],
  ])('shows %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
