/** Jest compares exact numbers by what they are worth, not by how they are held: 1.5 may be 15 tenths or 150 hundredths. */
import { expect } from '@jest/globals';
import { Amount } from '../../src/core/domain/amount.ts';

expect.addEqualityTesters([
  (a: unknown, b: unknown): boolean | undefined => {
    if (a instanceof Amount) return b instanceof Amount && a.eq(b);
    return b instanceof Amount ? false : undefined;
  },
]);
