/**
 * A process with an embedded queue, to be killed. Arguments: directory, and what to do: `hold` starts and runs the first
 * job for ever; `clean` runs one job, closes, and must then end by itself. Prints what happened, one word a line.
 */
import { writeSync } from 'node:fs';
import { createEmbeddedQueue } from '../../src/adapters/bullmq/embeddedQueue.ts';
import { processLocks } from '../../src/adapters/sqlite/processLock.ts';
import { aJob, INSTANCE, linesLogger } from '../builders/orderQueues.ts';

const STDOUT = 1;
const CLOSE_MS = 5_000;
const [, , directory = '', task = 'hold'] = process.argv;
const say = (word: string): void => void writeSync(STDOUT, `${word}\n`);

const queue = createEmbeddedQueue({ directory, logger: linesLogger(), locks: processLocks });
let ran = (): void => undefined;
const done = new Promise<void>((resolve) => (ran = resolve));
await queue.start(async () => {
  say('running');
  if (task === 'hold') await new Promise(() => undefined);
  ran();
}, INSTANCE);
say('started');
await queue.enqueue(aJob('child-1'), 'entry');
if (task === 'clean') {
  await done;
  await queue.close(CLOSE_MS);
  say('closed');
}
