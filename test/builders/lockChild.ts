/** Takes the lock of argv[2], says what came of it, and holds it until it is killed. */
import { acquireLock } from '../../src/interface/daemon/lock.ts';

try {
  const { tookOver } = acquireLock(process.argv[2] ?? '');
  process.stdout.write(`held ${tookOver ? 'over' : 'new'}\n`);
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : ''}\n`);
}
setInterval(() => undefined, 60_000);
