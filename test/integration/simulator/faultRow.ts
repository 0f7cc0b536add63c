/** A row of the fault table. */
import type { FaultBench } from './faultBench.ts';
import { outcomeOf } from './faultBench.ts';
import { isPendingAfter } from './outcomes.ts';

export interface FaultRow {
  readonly fault: string;
  /** Brings the fault about, and tells what came of it. */
  readonly run: (bench: FaultBench) => Promise<string>;
  /** What comes of it: see {@link outcomeOf}. */
  readonly binance: string;
  readonly okx: string;
}

export type Run = FaultRow['run'];

export const row = (fault: string, run: Run, binance: string, okx = binance): FaultRow => ({
  fault,
  run,
  binance,
  okx,
});

/** `pending` when a call is not settled for long, else its outcome. */
export async function pendingOr(call: Promise<unknown>): Promise<string> {
  call.catch(() => undefined);
  return (await isPendingAfter(call, 2_000)) ? 'pending' : outcomeOf(call);
}
