import { memoryBooks, sqliteBooks } from '../builders/books.ts';
import { journalContract } from './journal.contract.ts';
import { journalPairsContract } from './journalPairs.contract.ts';

for (const [name, books] of [
  ['memory', memoryBooks],
  ['sqlite', sqliteBooks],
] as const) {
  journalContract(name, books);
  journalPairsContract(name, books);
}
