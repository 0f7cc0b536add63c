/**
 * A writer to be killed: commits steps for ever, each with one intent, two fills, a position and a state that all tell its
 * number, and prints the number once the commit has returned. Argument: the file.
 */
import { writeSync } from 'node:fs';
import { openJournal } from '../../src/adapters/sqlite/journal.ts';
import { dec } from '../../src/core/domain/decimal.ts';
import { strategyId } from '../../src/core/domain/ids.ts';
import { ACCOUNT } from '../builders/books.ts';
import { aFill, anIntent, aPlan, BTC } from '../builders/journal.ts';

const STDOUT = 1;
const [, , path = ''] = process.argv;

const journal = openJournal(path, ACCOUNT);
const id = strategyId('grid-btc');
for (let sequence = journal.recover().nextSequence; ; sequence += 1) {
  const intent = anIntent(sequence);
  journal.commit({
    ...aPlan([intent]),
    fills: [aFill(`${sequence}a`, intent), aFill(`${sequence}b`, intent)],
    positions: [
      {
        strategyId: id,
        symbol: BTC,
        amount: dec(sequence),
        cost: dec(0),
        realisedPnl: dec(0),
        feesQuote: dec(0),
        fills: sequence * 2,
      },
    ],
    strategies: [{ id, state: { sequence } }],
    notes: [{ at: sequence, code: 'GRID_LEVEL', inputs: { filler: 'x'.repeat(500) } }],
  });
  writeSync(STDOUT, `${sequence}\n`);
}
