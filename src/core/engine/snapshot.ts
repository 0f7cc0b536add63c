/** What of a strategy outlives the process: its own state, how it is guarded, what waits, and whether it is being stopped out. */
import { intentId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import { dec, toText } from '../domain/decimal.ts';
import type { SwitchedOff } from '../domain/switch.ts';
import type { ClosingTerms, StrategyRuntime, Stopping } from './state.ts';
import { fieldsOf, inputsOf, numberOf, type Fields } from './snapshotFields.ts';
import { waitingFrom, waitingJson } from './waitingSnapshot.ts';

const VERSION = 1;

export function snapshotRuntime(runtime: StrategyRuntime): Json {
  const { stopping, stoppedAt, stoppedUntil, strategy, failure, lastSnapshot, waiting, guard } =
    runtime;
  const { exits, paused } = runtime;
  const { lastId, exposedSince, alarmed, failures, retryAt } = guard;
  return {
    version: VERSION,
    symbol: runtime.spec.symbol,
    stopping: stopping ? stoppingJson(stopping) : null,
    stoppedAt,
    stoppedUntil,
    waiting: waiting.map(waitingJson),
    guard: { lastId: lastId ?? null, exposedSince, alarmed, failures, retryAt },
    exits: { ...exits },
    paused: paused ? { ...paused } : null,
    strategy: failure === '' ? strategy.snapshot() : lastSnapshot,
  };
}

/** @throws Error `SNAPSHOT_INVALID` naming the strategy when the snapshot is not one of ours or of another version. */
export function restoreRuntime(runtime: StrategyRuntime, snapshot: Json): void {
  const fields = fieldsOf(snapshot);
  if (fields?.['version'] !== VERSION || fields['strategy'] === undefined) {
    throw new Error(
      `SNAPSHOT_INVALID: strategy ${runtime.spec.id}: not a version ${String(VERSION)} snapshot`,
    );
  }
  runtime.paused = pausedOf(fieldsOf(fields['paused']));
  // Everything else was about another market. Books from before it was kept are of the same one.
  if (typeof fields['symbol'] === 'string' && fields['symbol'] !== runtime.spec.symbol) return;
  runtime.stoppedAt = numberOf(fields['stoppedAt']);
  runtime.stoppedUntil = numberOf(fields['stoppedUntil']);
  runtime.stopping = stoppingOf(fields['stopping']);
  runtime.waiting = waitingFrom(fields['waiting'], runtime.spec);
  restoreGuard(runtime, fieldsOf(fields['guard']) ?? {});
  restoreExits(runtime, fieldsOf(fields['exits']) ?? {});
  // Null: it failed and could not say what it remembers. It begins anew, with its position.
  if (fields['strategy'] !== null) runtime.strategy.restore(fields['strategy']);
}

/** Books from before there were guards have none. */
function restoreGuard({ guard }: StrategyRuntime, fields: Fields): void {
  const { lastId } = fields;
  if (typeof lastId === 'string') guard.lastId = intentId(lastId);
  guard.exposedSince = numberOf(fields['exposedSince']);
  guard.alarmed = fields['alarmed'] === true;
  guard.failures = numberOf(fields['failures']);
  guard.retryAt = numberOf(fields['retryAt']);
}

function restoreExits({ exits }: StrategyRuntime, fields: Fields): void {
  const { message } = fields;
  exits.failures = numberOf(fields['failures']);
  exits.since = numberOf(fields['since']);
  exits.message = typeof message === 'string' ? message : '';
}

/** Books from before a strategy could be paused have none. */
function pausedOf(fields: Fields | undefined): SwitchedOff | undefined {
  const reason = fields?.['reason'];
  return typeof reason === 'string' ? { reason, since: numberOf(fields?.['since']) } : undefined;
}

function stoppingJson({ reason, inputs, since, terms }: Stopping): Json {
  return { reason, inputs, since, terms: terms ? termsJson(terms) : null };
}

function termsJson({ keep, limit }: ClosingTerms): Json {
  return { keep: toText(keep), limit: limit ? toText(limit) : null };
}

function termsOf(fields: Fields | undefined): ClosingTerms | undefined {
  const { keep, limit } = fields ?? {};
  if (typeof keep !== 'string') return undefined;
  return { keep: dec(keep), ...(typeof limit === 'string' && { limit: dec(limit) }) };
}

function stoppingOf(json: Json | undefined): Stopping | undefined {
  const fields = fieldsOf(json);
  const reason = fields?.['reason'];
  if (reason !== 'STOP_LOSS' && reason !== 'TAKE_PROFIT' && reason !== 'OPERATOR_EXIT')
    return undefined;
  // Looked after at once: nobody knows how long ago it was last.
  const inputs = inputsOf(fields?.['inputs']);
  const terms = termsOf(fieldsOf(fields?.['terms']));
  return { reason, inputs, terms, since: numberOf(fields?.['since']), nextLookAt: 0, looks: 0 };
}
