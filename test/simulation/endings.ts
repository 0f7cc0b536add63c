/** The errors with which a daemon may end by itself: definite refusals, and what the operator's service starts again. */

/** Another daemon has the journal, or its disk does not say what it has written: this one must not go on. */
const ALWAYS: readonly string[] = ['JOURNAL_FENCED', 'JOURNAL_IO'];

/** While it comes up. The last three pass by themselves; who looks after the daemon starts it again. */
const AT_BOOT: readonly string[] = [
  'KEY_REFUSED',
  'QUEUE_POLICY',
  'QUEUE_UNAVAILABLE',
  'JOURNAL_BUSY',
  'JOURNAL_FULL',
];

/** A lock that somebody holds for longer than this will not go away by itself. */
const LOCKED_MS_MAX = 29_000;

/**
 * @param wasArmed whether it had come up
 * @param lockedMs for how long somebody else has held the journal's write lock
 */
export function mayEndWith(
  { message }: Error,
  { wasArmed, lockedMs }: { readonly wasArmed: boolean; readonly lockedMs: number },
): boolean {
  const code = /^[A-Z_]+/u.exec(message)?.[0] ?? '';
  if (ALWAYS.includes(code) || (!wasArmed && AT_BOOT.includes(code))) return true;
  return code === 'JOURNAL_BUSY' && lockedMs > LOCKED_MS_MAX;
}
