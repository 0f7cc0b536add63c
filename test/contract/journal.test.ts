import { memoryBooks, sqliteBooks } from '../builders/books.ts';
import { journalContract } from './journal.contract.ts';

journalContract('memory', memoryBooks);
journalContract('sqlite', sqliteBooks);
