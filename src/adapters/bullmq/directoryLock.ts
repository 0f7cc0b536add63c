import { join } from 'node:path';
import type { HeldLock, ProcessLocks } from '../../ports/processLock.ts';
import { QueueError, messageOf } from './queueError.ts';

const LOCK_FILE = 'queue.lock';

/**
 * Takes the queue's directory for this process, creating it if need be: a second database engine on the same files
 * destroys them, and the engine has no lock of its own.
 * @throws QueueError `QUEUE_UNAVAILABLE` that names the process that holds it.
 */
export const lockDirectory = (
  locks: Pick<ProcessLocks, 'take'>,
  directory: string,
): Pick<HeldLock, 'release'> => {
  try {
    return locks.take(join(directory, LOCK_FILE));
  } catch (error) {
    const advice = messageOf(error).startsWith('ALREADY_RUNNING')
      ? 'stop that process first, or give this instance a data directory of its own'
      : 'remove what is there or make it writable';
    throw new QueueError(
      'QUEUE_UNAVAILABLE',
      `the embedded queue cannot have ${directory} (${messageOf(error)}); ${advice}`,
    );
  }
};
