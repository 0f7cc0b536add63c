import { isNativeError } from 'node:util/types';

/**
 * Why a queue could not do what was asked. `QUEUE_AWAY`: at a start, and another attempt may find it there. `QUEUE_TIMEOUT`: the job
 * may have been accepted all the same.
 */
export type QueueErrorCode = 'QUEUE_UNAVAILABLE' | 'QUEUE_AWAY' | 'QUEUE_POLICY' | 'QUEUE_TIMEOUT';

/** A failure of the queue; the message begins with the code and says where, what, and what to do. Never carries a password. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** The words of whatever was thrown. */
export const messageOf = (thrown: unknown): string => {
  if (!isNativeError(thrown)) return String(thrown);
  if (thrown.message !== '') return thrown.message;
  // Node joins the failures of several addresses of one host in an error without words of its own.
  return thrown instanceof AggregateError ? thrown.errors.map(messageOf).join('; ') : thrown.name;
};
