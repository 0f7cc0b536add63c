/** Two indicators of a program under test: one with a parameter that forgets, one without that never does. */
import type { IndicatorFacts } from '../../src/interface/app.ts';

const length = { name: 'length', meaning: 'look-back', default: 14, min: 1, max: 500 };
const facts = {
  ...{ inputs: ['close'], formula: 'F', source: 'S', warmUp: 15 },
  outputs: [{ name: 'value', meaning: 'a number' }],
};

export const FAKE_INDICATORS: readonly IndicatorFacts[] = [
  {
    ...{ name: 'rsi', family: 'oscillator', summary: 'strength', ...facts },
    ...{ params: [{ ...length, isWhole: true }], settle: 402, seeding: 'a mean' },
  },
  {
    ...{ name: 'obv', family: 'volume', summary: 'a total', ...facts },
    ...{ params: [], settle: Infinity },
  },
];
