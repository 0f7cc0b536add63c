/** What every journal must do with stops and pairs; run against each implementation by journal.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dec } from '../../src/core/domain/decimal.ts';
import { intentId } from '../../src/core/domain/ids.ts';
import type { Journal } from '../../src/ports/journal.ts';
import { aFill, anIntent, anOrder, aPlan, aStep, doubted, T0 } from '../builders/journal.ts';
import type { Books } from './journal.contract.ts';

export function journalPairsContract(name: string, makeBooks: () => Books): void {
  let books: Books;
  let journal: Journal;

  beforeEach(() => {
    books = makeBooks();
    journal = books.open();
  });
  afterEach(() => books.dispose());

  const reopened = (): Journal => {
    journal.close();
    journal = books.open();
    return journal;
  };

  describe(`${name}: a pair`, () => {
    const { price: _price, ...unpriced } = anIntent(2, { side: 'sell', purpose: 'exit' });
    const target = anIntent(1, { side: 'sell', purpose: 'exit', pairId: unpriced.intentId });
    const stop = anIntent(2, {
      ...unpriced,
      type: 'stop',
      trigger: dec('41000.5'),
      pairId: target.intentId,
      parentId: intentId('test-0'),
    });
    const { price: _none, ...stopLeg } = stop;
    beforeEach(() => {
      journal.recover();
      const plan = aPlan([target], T0, 1_000);
      const late = aPlan([stopLeg], T0, 2_000);
      journal.commit({
        ...plan,
        intents: [...plan.intents, ...late.intents],
        orders: [...plan.orders, ...late.orders],
      });
    });

    it('keeps trigger, partner and parent', () => {
      expect(reopened().recover().orders).toEqual(
        [target, stopLeg].map((leg) => doubted(anOrder(leg))),
      );
    });
  });

  describe(`${name}: a trade between two orders of ours`, () => {
    it('is a fill of each, counted once on its side', () => {
      journal.recover();
      const [buy, sell] = [anIntent(1), anIntent(2, { side: 'sell', purpose: 'exit' })];
      const fills = [aFill('7', buy), aFill('7', sell)];
      journal.commit({ ...aPlan([buy, sell]), fills: fills.slice(0, 1) });
      expect(fills.map(({ fill }) => journal.hasFill(fill))).toEqual([true, false]);
      journal.commit(aStep({ fills }));
      expect(fills.map(({ fill }) => journal.hasFill(fill))).toEqual([true, true]);
      expect(books.records().fills({ limit: 10 })).toHaveLength(2);
    });
  });
}
