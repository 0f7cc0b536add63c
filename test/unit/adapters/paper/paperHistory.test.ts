import { describe, expect, it } from '@jest/globals';
import { PaperHistory } from '../../../../src/adapters/paper/paperHistory.ts';
import { paperOrder } from '../../../../src/adapters/paper/paperOrder.ts';
import { clientOrderId } from '../../../../src/core/domain/ids.ts';
import { anInstrument, anIntent, T0 } from '../../../builders/orders.ts';

/** Closed orders kept. */
const KEPT = 10_000;

const idOf = (n: number) => clientOrderId(`x${n}`);

describe('what the paper exchange remembers', () => {
  it('is the newest closed orders', () => {
    const history = new PaperHistory();
    for (let n = 0; n <= KEPT; n += 1) {
      const intent = anIntent({ clientOrderId: idOf(n) });
      history.addOrder(paperOrder(intent, anInstrument(), T0));
    }
    expect(history.order(idOf(0))).toBeUndefined();
    expect(history.order(idOf(1))?.clientOrderId).toBe(idOf(1));
    expect(history.order(idOf(KEPT))?.clientOrderId).toBe(idOf(KEPT));
  });
});
