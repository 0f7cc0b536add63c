/** What a user asks of a search, as the command line hands it over. */
import type { Method } from '../../core/search/methods.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { StudyProgress } from './study.ts';

export interface SearchRequest {
  readonly strategyFile: string;
  readonly dataFile: string;
  readonly config?: { readonly file: string; readonly isNamed: boolean };
  readonly marketFile?: string;
  readonly symbol?: string;
  /** UTC; absent: the file's ends. */
  readonly fromMs?: Millis;
  readonly toMs?: Millis;
  /** A file, or the YAML itself. */
  readonly space: string;
  readonly method: Method;
  /** ≥ 1. */
  readonly trials: number;
  readonly seed: number;
  /** Empty: those of the space's file, or the Sharpe ratio. */
  readonly objectives: readonly string[];
  /** Besides those of the space's file. */
  readonly constraints: readonly string[];
  /** Worker threads here; 0 only with `redisUrl`. */
  readonly jobs: number;
  /** Trials run on whoever has joined there, too. */
  readonly redisUrl?: string;
  readonly onRemark: (text: string) => void;
  /** Resolves when it is to end early. */
  readonly stopped: Promise<void>;
}

export interface OptimiseRequest extends SearchRequest {
  /** Where the best is written, as a strategy; absent: below the data folder. */
  readonly out?: string;
  readonly onProgress: (progress: StudyProgress) => void;
}

export interface WalkForwardRequest extends SearchRequest {
  /** Lengths in milliseconds. */
  readonly trainMs: number;
  readonly testMs: number;
  readonly purgeMs: number;
  readonly embargoMs: number;
  readonly expanding: boolean;
  readonly onProgress: (window: number, windows: number, progress: StudyProgress) => void;
}

/** A worker for searches that run elsewhere. */
export interface WorkRequest {
  readonly url: string;
  readonly threads: number;
  /** Hears what is wrong, e.g. that Redis is away. */
  readonly onRemark: (text: string) => void;
}

export interface JoinedWorker {
  /** Trials done so far. */
  readonly done: number;
  close(): Promise<void>;
}
