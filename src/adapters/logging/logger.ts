/**
 * The log: pino's JSON lines (`time` in UTC as RFC 3339, `level`, `msg`, then the fields), to a rotating file or to stderr.
 * Everything is synchronous and in this thread: a line that was logged before a crash is there after it.
 */
import { pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';
import type { Logger } from '../../ports/logger.ts';
import { printableFields } from './errorFields.ts';
import { prettyLine } from './pretty.ts';
import { lineFilter } from './redact.ts';
import { rotatingFile, type LineSink } from './rotatingFile.ts';

export interface LoggerOptions {
  /** Least severity that is written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** File to append to, rotated at 10 MiB, five files in all; absent: stderr. */
  readonly file?: string;
  /** Lines for people instead of JSON. For a terminal; programs cannot read it. */
  readonly pretty?: boolean;
  /** Keys, secrets and pass phrases; masked wherever they stand in a line. Those below 4 characters are ignored. */
  readonly secrets: readonly string[];
}

/** A logger that owns where it writes to. */
export interface ClosableLogger extends Logger {
  /** Makes sure that everything logged is on disk. */
  flush(): void;
  /** Flushes and closes; later lines are dropped. */
  close(): void;
}

/** @throws Error of `node:fs` when the file cannot be opened. */
export function createLogger(options: LoggerOptions): ClosableLogger {
  const sink = options.file === undefined ? standardError() : rotatingFile(options.file);
  return loggerTo(sink, options);
}

/** The logger over any sink; `createLogger` chooses the sink. */
export function loggerTo(
  sink: LineSink,
  { level, pretty, secrets }: Omit<LoggerOptions, 'file'>,
): ClosableLogger {
  const filter = lineFilter(secrets);
  const shape = pretty === true ? prettyLine : (line: string): string => line;
  const lines = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => sink.write(shape(filter(line))) },
  );
  return {
    ...portOver(lines, (fields) => printableFields(fields, filter)),
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}

/** Fields made printable. */
type Printable = (fields: Readonly<Record<string, unknown>>) => Record<string, unknown>;

function portOver(lines: PinoLogger, printable: Printable): Logger {
  return {
    debug: (fields, message) => {
      if (lines.isLevelEnabled('debug')) lines.debug(printable(fields), message);
    },
    info: (fields, message) => lines.info(printable(fields), message),
    warn: (fields, message) => lines.warn(printable(fields), message),
    error: (fields, message) => lines.error(printable(fields), message),
    child: (fields) => portOver(lines.child(printable(fields)), printable),
  };
}

/** Pipes, files and terminals are written synchronously by Node on Linux and macOS. */
function standardError(): LineSink {
  let closed = false;
  return {
    write: (line) => {
      if (!closed) process.stderr.write(line);
    },
    flush: () => {},
    close: () => {
      closed = true;
    },
  };
}
