/**
 * Creates the queue's database in the directory given as the only argument, then ends. A process of its own, because
 * the first initialisation of the engine needs 700 MB for some seconds, which a thread would never give back.
 */
import { openDatabase } from './database.ts';
import { messageOf } from './queueError.ts';

const [, , dataDir] = process.argv;
if (dataDir === undefined) throw new Error('usage: createDatabase DIRECTORY');

// The pipe from the daemon ends with it: nobody is left to use what would be created.
process.stdin.on('end', () => process.exit(1)).resume();

try {
  const database = await openDatabase(dataDir);
  await database.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
