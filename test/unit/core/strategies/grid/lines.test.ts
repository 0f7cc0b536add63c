import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../../src/core/domain/decimal.ts';
import { layGrid, layLines, lineBelow } from '../../../../../src/core/strategies/grid/lines.ts';
import { GRID } from '../../../../../src/core/strategies/grid/kind.ts';
import type { GridParams } from '../../../../../src/core/strategies/grid/params.ts';
import { BTC, specOf } from '../../../../builders/strategyContext.ts';

const params = (keys: Readonly<Record<string, unknown>>): GridParams =>
  specOf(GRID, { lower: '-10%', upper: '10%', lines: 5, ...keys }).params as GridParams;

const rounded = (line: number): number => Math.round(line * 1e9) / 1e9;

describe('layLines', () => {
  it('spaces arithmetic lines by the same amount', () => {
    expect(layLines(params({ spacing: 'arithmetic' }), 100).map(rounded)).toEqual([
      90, 95, 100, 105, 110,
    ]);
  });

  it('spaces geometric lines by the same ratio', () => {
    const lines = layLines(params({ lower: '100 USDT', upper: '1600 USDT' }), 1);
    expect(lines.map(rounded)).toEqual([100, 200, 400, 800, 1600]);
  });

  it('takes prices as they are, whatever the market', () => {
    const lines = layLines(
      params({ lower: '50 USDT', upper: '60 USDT', spacing: 'arithmetic' }),
      100_000,
    );
    expect([lines[0], lines.at(-1)]).toEqual([50, 60]);
  });
});

describe('lineBelow', () => {
  const lines = [10, 20, 30];
  it.each([
    [5, -1],
    [10, -1],
    [10.1, 0],
    [20, 0],
    [25, 1],
    [30, 1],
    [31, 2],
  ])('of price %d is line %d', (price, index) => {
    expect(lineBelow(lines, price)).toBe(index);
  });
});

describe('layGrid', () => {
  it('splits the budget over the cells, less what lot rounding may leave behind', () => {
    const layout = layGrid(params({}), 1_000, dec(1_000), BTC);
    expect(layout.ok && layout.stake.toString()).toBe('249.989');
  });

  it('refuses lines that do not cover two fees', () => {
    const tight = params({ lower: '-0.19%', upper: '0.19%', lines: 3 });
    expect(layGrid(tight, 1_000, dec(1_000), BTC)).toMatchObject({
      ok: false,
      code: 'GRID_SPACING_TOO_SMALL',
    });
    const wide = params({ lower: '-0.21%', upper: '0.21%', lines: 3 });
    expect(layGrid(wide, 1_000, dec(1_000), BTC).ok).toBe(true);
  });

  it('refuses lines closer than a price step', () => {
    const coarse = { ...BTC, tickSize: dec(10), makerFee: dec(0) };
    expect(layGrid(params({ lines: 100 }), 100, dec(10_000), coarse)).toMatchObject({
      code: 'GRID_SPACING_TOO_SMALL',
    });
  });

  it('refuses stakes too small to be sold again', () => {
    expect(layGrid(params({}), 1_000, dec(20), BTC)).toMatchObject({
      ok: false,
      code: 'GRID_STAKE_TOO_SMALL',
    });
    expect(layGrid(params({}), 1_000, dec(21), BTC).ok).toBe(true);
  });
});
