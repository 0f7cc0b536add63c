/** The daemon's own lines in the log: what happens outside of any bot, in the format of the bot's log. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export type LogLevel = 'info' | 'warn' | 'error';

export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly stack?: string;
}

/** Appends one line; a log that cannot be written must not stop the daemon. */
export function appendLog(file: string, { level, message, ...rest }: LogEntry): void {
  const line = {
    level,
    time: new Date().toISOString(),
    pid: process.pid,
    part: 'daemon',
    msg: message,
    ...rest,
  };
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // Whoever started the daemon sees the same words on stderr.
  }
}
