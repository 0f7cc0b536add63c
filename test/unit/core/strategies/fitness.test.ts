import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { DCA } from '../../../../src/core/strategies/dca/kind.ts';
import type { FitFacts, MarketFacts } from '../../../../src/core/strategies/fitTypes.ts';
import { misfitsOf } from '../../../../src/core/strategies/fitness.ts';
import { GRID } from '../../../../src/core/strategies/grid/kind.ts';
import { MEAN_REVERSION } from '../../../../src/core/strategies/meanReversion/kind.ts';
import { TREND } from '../../../../src/core/strategies/trend/kind.ts';
import { BTC, specOf } from '../../../builders/strategyContext.ts';

const dca = (keys: Readonly<Record<string, unknown>> = {}) =>
  specOf(DCA, { every: '1h', amount: '50 USDT', ...keys });
const trend = (keys: Readonly<Record<string, unknown>> = {}) =>
  specOf(TREND, { ema_fast: 5, ema_slow: 13, ...keys });
const grid = (keys: Readonly<Record<string, unknown>> = {}) =>
  specOf(GRID, { lower: '-10%', upper: '10%', lines: 5, ...keys });

const at = (lastPrice: number, changes: Partial<MarketFacts['instrument']> = {}): FitFacts => ({
  market: { instrument: { ...BTC, ...changes }, lastPrice },
});

/** Lots that are worth a few per cent of a small order. */
const SOLANA = { lotSize: dec('0.001'), minAmount: dec('0.001') };

/** `severity key` of each. */
const found = (...args: Parameters<typeof misfitsOf>): string[] =>
  misfitsOf(...args).map(({ severity, key }) => `${severity} ${key}`);

describe('a strategy that is sound', () => {
  it.each([
    ['dca', dca({ take_profit: '5%', stop_loss: '8%' })],
    ['trend', trend()],
    ['grid', grid()],
    ['mean_reversion', specOf(MEAN_REVERSION, {})],
  ])('has nothing against it, with and without its market: %s', (_kind, spec) => {
    expect(found(spec, {})).toEqual([]);
    expect(found(spec, { ...at(Number.NaN), maxTotalExposure: dec(1_000) })).toEqual([]);
    expect(found(spec, { ...at(60_000), maxTotalExposure: dec(1_000) })).toEqual([]);
  });
});

describe('a buy', () => {
  it('of a little more than the least says what the fee and whole lots leave of it', () => {
    const [misfit] = misfitsOf(dca({ amount: '5.05 USDT' }), at(149.26, SOLANA));
    expect(misfit).toMatchObject({
      key: 'amount',
      severity: 'cannot',
      problem: expect.stringMatching(
        /^each buy is for 5\.05 USDT, which after the fee and in whole lots buys [\d.]+ BTC for 4\.\d+ USDT at 149\.26; BTC\/USDT takes no order below 5 USDT$/u,
      ),
    });
  });

  it('below the least value that the market takes can never be made', () => {
    const [misfit] = misfitsOf(dca({ amount: '4.99 USDT' }), at(60_000));
    expect(misfit).toEqual({
      key: 'amount',
      severity: 'cannot',
      problem: 'each buy is for 4.99 USDT, but BTC/USDT takes no order below 5 USDT',
    });
    expect(found(dca({ amount: '4.99 USDT' }), at(Number.NaN))).toEqual(['cannot amount']);
    // The fee and the rounding to a lot take it below.
    expect(found(dca({ amount: '5 USDT' }), at(60_000))).toEqual(['cannot amount']);
    expect(found(dca({ amount: '7 USDT' }), at(60_000))).toEqual([]);
    expect(found(trend({ budget: '4 USDT' }), at(60_000))).toEqual(['cannot budget']);
  });

  it('below the least amount, or below one lot, can never be made', () => {
    const coarse = { lotSize: dec('0.01'), minAmount: dec('0.01') };
    expect(misfitsOf(dca(), at(60_000, coarse))[0]?.problem).toBe(
      'each buy is for 50 USDT, which buys 0 BTC at 60000; the least that is taken is 0.01',
    );
    expect(found(dca(), at(60_000, { minAmount: dec('0.001') }))).toEqual(['cannot amount']);
  });

  it('above the largest amount of an order can never be made', () => {
    const capped = { maxAmount: dec('0.01') };
    expect(found(trend({ budget: '1000 USDT' }), at(60_000, capped))).toEqual(['cannot budget']);
    expect(found(trend({ budget: '500 USDT' }), at(60_000, capped))).toEqual([]);
  });

  it('above what all strategies together may have at work can never be made', () => {
    const limit = { maxTotalExposure: dec(40) };
    expect(found(dca(), limit)).toEqual(['cannot amount']);
    expect(found(trend({ budget: '40 USDT' }), limit)).toEqual([]);
    // A grid buys cell by cell.
    expect(found(grid({ budget: '150 USDT' }), limit)).toEqual([]);
  });

  it('of cents is doubted when nobody was asked', () => {
    expect(found(dca({ amount: '0.5 USDT' }), {})).toEqual(['doubtful amount']);
    expect(found(dca({ amount: '1 USDT' }), {})).toEqual([]);
  });
});

describe('what is bought', () => {
  it('must be worth a sell at its stop after fees, whether the price is known or not', () => {
    const [misfit] = misfitsOf(dca({ amount: '5.2 USDT', stop_loss: '8%' }), at(Number.NaN));
    expect(misfit).toEqual({
      key: 'amount',
      severity: 'cannot',
      problem:
        'each buy is for 5.2 USDT, of which at its stop, 8 % below, only 4.77444155 USDT could be sold; BTC/USDT takes no order at the market below 5 USDT, so it could never be sold',
    });
    expect(found(dca({ amount: '5.2 USDT', stop_loss: '10%' }), at(6))).toEqual(['cannot amount']);
    expect(found(dca({ amount: '5.2 USDT', stop_loss: '3%' }), at(6))).toEqual([]);
    expect(found(dca({ amount: '5.2 USDT' }), at(Number.NaN))).toEqual([]);
    expect(found(trend({ budget: '5.05 USDT', stop_loss: '5%' }), at(Number.NaN))).toEqual([
      'cannot budget',
    ]);
    expect(found(grid({ budget: '22 USDT', stop_loss: '10%' }), at(6))).toEqual(['cannot budget']);
  });

  it('must be worth a sell after its fee and the rounding to lots', () => {
    // 6 USDT buy 9 lots of 0.60; the fee takes a part of one, and 8 of them are worth 4.8.
    const text = misfitsOf(dca({ amount: '6 USDT' }), at(60_000))[0]?.problem;
    expect(text).toContain('of which after its fee only 4.8 USDT could be sold');
  });

  it('is judged by the rules of orders at the market', () => {
    const spec = dca({ amount: '5.2 USDT', stop_loss: '8%' });
    expect(found(spec, at(6, { minNotionalAtMarket: false }))).toEqual([]);
    expect(found(spec, at(Number.NaN, { minNotionalAtMarket: false }))).toEqual([]);
    expect(found(dca(), at(60_000, { marketMinAmount: dec('0.00083') }))).toEqual([
      'cannot amount',
    ]);
  });

  it('is doubted when a strategy that sells at a loss has no stop, and a usual fall is too much', () => {
    const facts = at(Number.NaN);
    expect(found(trend({ budget: '5.05 USDT' }), facts)).toEqual(['doubtful budget']);
    expect(found(specOf(MEAN_REVERSION, { budget: '5.05 USDT' }), facts)).toHaveLength(1);
    expect(found(trend({ budget: '5.4 USDT' }), facts)).toEqual([]);
  });
});

describe('a take-profit and a stop-loss', () => {
  it('within two fees are doubted: those of the market, else those that are told, else 0.1 %', () => {
    expect(found(dca({ take_profit: '0.2%' }), {})).toEqual(['doubtful take_profit']);
    expect(found(dca({ take_profit: '0.21%' }), {})).toEqual([]);
    expect(found(dca({ take_profit: '0.21%' }), { takerFee: dec('0.002') })).toHaveLength(1);
    const cheap = at(60_000, { takerFee: dec('0.0001') });
    expect(found(dca({ take_profit: '0.1%' }), cheap)).toEqual([]);
    expect(found(dca({ stop_loss: '0.1%' }), {})).toEqual(['doubtful stop_loss']);
    expect(found(dca({ stop_loss: '0.3%' }), {})).toEqual([]);
  });
});

describe('a grid', () => {
  it('whose range is not around its price cannot trade, whatever the price', () => {
    expect(found(grid({ lower: '+1%', upper: '+5%' }), {})).toEqual(['cannot lower']);
    expect(found(grid({ lower: '-5%', upper: '-1%' }), {})).toEqual(['cannot upper']);
  });

  it('whose range of prices excludes the price cannot trade until it is within', () => {
    const fixed = grid({ lower: '50000 USDT', upper: '55000 USDT' });
    expect(found(fixed, {})).toEqual([]);
    expect(found(fixed, at(52_000))).toEqual([]);
    expect(misfitsOf(fixed, at(60_000))).toMatchObject([
      { key: 'upper', problem: expect.stringContaining('ends at 55000, BTC/USDT is at 60000') },
    ]);
    expect(found(fixed, at(49_999))).toEqual(['cannot lower']);
  });

  it('whose cells or spacing are too small cannot trade, each said once', () => {
    expect(found(grid({ budget: '18 USDT' }), at(60_000))).toEqual(['cannot budget']);
    expect(found(grid({ lower: '-0.1%', upper: '0.1%' }), at(60_000))).toEqual(['cannot lines']);
  });
});

describe('what is found', () => {
  it('begins with what keeps it from trading', () => {
    const spec = dca({ amount: '1 USDT', stop_loss: '0.1%', take_profit: '0.1%' });
    expect(found(spec, at(60_000))).toEqual([
      'cannot amount',
      'doubtful take_profit',
      'doubtful stop_loss',
    ]);
  });
});
