import type { Json } from '../core/domain/json.ts';
import type { Millis } from '../core/domain/time.ts';

/** What a search is about; the same study is opened again by its id, and goes on. */
export interface StudyHeader {
  /** A hash of all that decides what is asked and what comes of it. */
  readonly id: string;
  /** What its trials are counted with: a kind of strategy on some data. */
  readonly family: string;
  /** Name of the strategy. */
  readonly strategy: string;
  readonly strategyHash: string;
  readonly dataHash: string;
  readonly method: string;
  readonly seed: number;
  /** Space, objectives, constraints, span: for who reads it later. */
  readonly settings: Json;
  readonly codeVersion: string;
}

/** What became of a trial: run · not run, because the strategy's own rules refuse it · broken off by an error. */
export type TrialState = 'done' | 'refused' | 'failed';

/** A trial as it is kept for ever. */
export interface BookedTrial {
  /** From 0, in the order of asking. */
  readonly number: number;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** A hash of everything that was run: two trials with one key are one. */
  readonly key: string;
  /** Of the history, in (0, 1]. */
  readonly share: number;
  readonly state: TrialState;
  /** Why it was not run, or failed; empty otherwise. */
  readonly problem: string;
  /** Null: cannot be said. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Daily returns of the account, fractions. */
  readonly returns: readonly number[];
  /** It took so long, in seconds, on this worker. */
  readonly seconds: number;
  readonly worker: string;
  /** When it was booked. */
  readonly at: Millis;
}

/** Every trial that was ever made, once. Nothing is changed or deleted. */
export interface TrialLedger {
  /** Opens a study, or goes on with it. */
  openStudy(header: StudyHeader, at: Millis): void;
  /** Booked trials of a study, by number. */
  trials(study: string): BookedTrial[];
  /** Keeps a trial, durably. @returns false when one of this number is there: that one stays */
  book(study: string, trial: BookedTrial): boolean;
  /** A trial that ran the same, of whatever study; undefined when there is none. */
  find(key: string): BookedTrial | undefined;
  /** Different trials of a family that were run, on the whole history or a part of it. */
  tried(family: string): number;
  /** Annual Sharpe ratios of those on the whole. */
  sharpes(family: string): number[];
  close(): void;
}
