/** What of a strategy outlives the process: its own state, and whether it is being stopped out. */
import type { Json } from '../domain/json.ts';
import type { StrategyRuntime, Stopping } from './state.ts';

const VERSION = 1;

type Fields = Readonly<Record<string, Json>>;

export function snapshotRuntime(runtime: StrategyRuntime): Json {
  const { stopping, stoppedAt, stoppedUntil, strategy, failure, lastSnapshot } = runtime;
  return {
    version: VERSION,
    stopping: stopping
      ? { reason: stopping.reason, inputs: stopping.inputs, exitAsked: stopping.exitAsked }
      : null,
    stoppedAt,
    stoppedUntil,
    strategy: failure === '' ? strategy.snapshot() : lastSnapshot,
  };
}

/** @throws Error `SNAPSHOT_INVALID` naming the strategy when the snapshot is not one of ours or of another version. */
export function restoreRuntime(runtime: StrategyRuntime, snapshot: Json): void {
  const fields = asObject(snapshot);
  if (fields?.['version'] !== VERSION || fields['strategy'] === undefined) {
    throw new Error(
      `SNAPSHOT_INVALID: strategy ${runtime.spec.id}: not a version ${String(VERSION)} snapshot`,
    );
  }
  runtime.stoppedAt = numberOf(fields['stoppedAt']);
  runtime.stoppedUntil = numberOf(fields['stoppedUntil']);
  runtime.stopping = stoppingOf(fields['stopping']);
  // Null: it failed and could not say what it remembers. It begins anew, with its position.
  if (fields['strategy'] !== null) runtime.strategy.restore(fields['strategy']);
}

function stoppingOf(json: Json | undefined): Stopping | undefined {
  const fields = asObject(json);
  const reason = fields?.['reason'];
  if (reason !== 'STOP_LOSS' && reason !== 'OPERATOR_EXIT') return undefined;
  const inputs: Record<string, number | string> = {};
  for (const [name, value] of Object.entries(asObject(fields?.['inputs']) ?? {})) {
    if (typeof value === 'number' || typeof value === 'string') inputs[name] = value;
  }
  return { reason, inputs, exitAsked: fields?.['exitAsked'] === true };
}

function asObject(json: Json | undefined): Fields | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Fields)
    : undefined;
}

function numberOf(json: Json | undefined): number {
  return typeof json === 'number' ? json : 0;
}
