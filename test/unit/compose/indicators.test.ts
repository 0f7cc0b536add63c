import { describe, expect, it } from '@jest/globals';
import { describeIndicators } from '../../../src/compose/indicators.ts';

describe('the catalogue as the command line tells it', () => {
  it('has every row with its parameters, outputs and bars', () => {
    const all = describeIndicators();
    expect(all.length).toBeGreaterThanOrEqual(60);
    const macd = all.find(({ name }) => name === 'macd');
    expect(macd).toMatchObject({ family: 'oscillator', warmUp: 34, inputs: ['close'] });
    expect(macd?.params.map((param) => [param.name, param.default])).toEqual([
      ['fast', 12],
      ['slow', 26],
      ['signal', 9],
    ]);
    expect(macd?.outputs.map(({ name }) => name)).toEqual(['value', 'signal', 'histogram']);
    expect(all.find(({ name }) => name === 'obv')).toMatchObject({ params: [], settle: Infinity });
    expect(all.filter(({ name, seeding }) => name === 'sma' && seeding !== undefined)).toEqual([]);
  });
});
