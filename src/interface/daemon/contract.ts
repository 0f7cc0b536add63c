/** What the parts of a daemon know of each other, and what its user hands in. */
import type { StatusDocument } from '../../runtime/statusDocument.ts';
import type { StopMode, StopResult } from '../../runtime/trader.ts';
import type { App, Bot, ConfigReading, ConfigSummary } from '../app.ts';
import type { LogLevel } from './daemonLog.ts';
import type { ReloadResult } from './reloadChanges.ts';
import type { SignalSource } from './signals.ts';

/** What is told to whoever watches. Must not throw. */
export interface DaemonObserver {
  progress(text: string): void;
  /** What the start waits for, in words, at every attempt; empty when that is over. */
  waiting(words: string): void;
  /** A bot has been opened and is about to start: the first one, and one at each reload. */
  bot(bot: Bot): void;
  ready(config: ConfigSummary): void;
  stopping(reason: string): void;
  /** Worth a line on stderr; is in the log already. */
  say(level: LogLevel, text: string): void;
}

export interface Permission {
  /** `--live` was given. */
  readonly live: boolean;
  /** The operator typed the arming words at a terminal. */
  readonly armed: boolean;
  /** `--exits-only` was given: nothing is entered, and no queue is needed. */
  readonly exitsOnly?: boolean;
}

export interface DaemonOptions {
  readonly app: App;
  readonly config: ConfigSummary;
  readonly permission: Permission;
  /** Reads the configuration file again. */
  readonly reread: () => ConfigReading;
  readonly observer: DaemonObserver;
  readonly signals: SignalSource;
  /** Ends by itself after running this long. */
  readonly forMs?: number;
  /** What a signal and the end of `forMs` grant for stopping. */
  readonly stopTimeoutMs: number;
  /** Ends the process at once: a second Ctrl-C, or a stop that does not come to an end. */
  readonly exit: (code: number) => void;
  /** Calls back when the terminal or the reader of the output is gone. */
  readonly onOutputLost: (listener: () => void) => void;
}

export interface StopRequest {
  readonly mode: StopMode;
  readonly timeoutMs: number;
  readonly reason: string;
  /** Absent when somebody asked for the stop. */
  readonly failure?: Error;
}

export interface DaemonEnd {
  readonly outcome: StopResult;
  /** The document after the stop; absent when the bot never came to be. */
  readonly status: StatusDocument | undefined;
  /** Why it had to stop; absent when it was asked to. */
  readonly failure: Error | undefined;
}

/** A daemon as seen by its control socket and its reload. */
export interface RunningDaemon {
  readonly options: DaemonOptions;
  /** The configuration in force. */
  readonly config: ConfigSummary;
  /** @throws Error `STARTING` before the first bot was opened. */
  readonly bot: Bot;
  /** Makes sure the simulated exchange runs, when this configuration wants it. */
  openExchange(config: ConfigSummary): Promise<void>;
  /** Opens a bot, which from now on is the daemon's; it is not started yet. */
  openBot(config: ConfigSummary): Promise<Bot>;
  /** Starts a bot, and tells whoever watches what that waits for. */
  startBot(bot: Bot): Promise<void>;
  /** The first request counts; everybody learns what became of it. */
  requestStop(request: StopRequest): Promise<StopResult>;
  /** The request that a signal, the end of the time or an error stands for. */
  ordered(reason: string): StopRequest;
  /** @throws ControlError with what was wrong; then nothing has changed. */
  reload(): Promise<ReloadResult>;
  /** Into the log, and to whoever watches. */
  note(level: LogLevel, text: string): void;
}
