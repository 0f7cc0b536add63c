/** Exit codes, and which error ends in which. Stable: scripts and systemd units rely on them. */
import { messageOf } from '../errors.ts';
import { splitCode } from '../daemon/protocol.ts';

export const EXIT = {
  ok: 0,
  /** Anything without a code of its own. */
  failed: 1,
  /** Wrong usage, or the thing asked about does not exist. */
  usage: 2,
  /** No daemon is running. */
  notRunning: 3,
  /** Configuration or secret is wrong. */
  config: 4,
  timeout: 5,
  /** Refused by a safety gate. */
  refused: 6,
  /** A difference between a period and its backtest that nothing explains. */
  unexplained: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that knows its exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** First match decides; what matches nothing is 1. */
const BY_CODE: readonly (readonly [RegExp, ExitCode])[] = [
  [/^(CONFIG|SECRET|VAULT|KEY)_/u, EXIT.config],
  [/^NOT_RUNNING$/u, EXIT.notRunning],
  [/TIMEOUT$/u, EXIT.timeout],
  [/^(LIVE|RISK)_.*|_REFUSED$/u, EXIT.refused],
  [
    /(^|_)(NOT_FOUND|MISSING|SYMBOL_UNKNOWN)$|^(USAGE|NOTHING_TO_CLOSE|NOT_CONFIGURED)$|^RULE_|^DRIFT_NO_BEGINNING$/u,
    EXIT.usage,
  ],
];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  const { code } = splitCode(messageOf(error));
  return BY_CODE.find(([pattern]) => pattern.test(code))?.[1] ?? EXIT.failed;
}

/** One line, or several, for stderr: the words first, the code after them. */
export function errorText(error: unknown): string {
  const message = messageOf(error);
  const { code, text } = splitCode(message);
  return text === message ? message : `${text} [${code}]`;
}

/** Codes for errors that carry none of their own. */
const CODE_OF: Readonly<Record<ExitCode, string>> = {
  [EXIT.ok]: 'OK',
  [EXIT.failed]: 'FAILED',
  [EXIT.usage]: 'USAGE',
  [EXIT.notRunning]: 'NOT_RUNNING',
  [EXIT.config]: 'CONFIG_INVALID',
  [EXIT.timeout]: 'TIMEOUT',
  [EXIT.refused]: 'REFUSED',
  [EXIT.unexplained]: 'DRIFT_UNEXPLAINED',
  [EXIT.interrupted]: 'INTERRUPTED',
};

/** An error as a document for a program. */
export function failureRow(error: unknown, exitCode: ExitCode): Readonly<Record<string, unknown>> {
  const message = messageOf(error);
  const { code, text } = splitCode(message);
  const known = text === message ? CODE_OF[exitCode] : code;
  return { error: { code: known, message: text.replace(/^error: /u, ''), exit_code: exitCode } };
}
