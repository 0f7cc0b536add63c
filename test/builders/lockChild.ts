/** Takes the lock of argv[2], says what came of it, and holds it until it is killed; with `once` it ends at once. */
import { processLocks } from '../../src/adapters/sqlite/processLock.ts';

const [, , file = '', task = 'hold'] = process.argv;
try {
  processLocks.take(file);
  process.stdout.write('held\n');
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : ''}\n`);
}
if (task === 'hold') setInterval(() => undefined, 60_000);
