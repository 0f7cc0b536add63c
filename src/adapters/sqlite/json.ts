/** JSON as it is stored. JSON has no NaN and no infinity, so neither may slip through as null. */
import type { Json } from '../../core/domain/json.ts';
import type { NoteInputs } from '../../core/domain/notes.ts';
import { journalError } from './errors.ts';

/** Inputs are read by people: a number JSON cannot hold is kept as its name, `"NaN"` or `"Infinity"`. */
export function inputsText(inputs: NoteInputs): string {
  return JSON.stringify(inputs, named);
}

function named(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** @throws Error `JOURNAL_INVALID` when a state holds a number that would not come back. `owner` is for the message. */
export function stateText(state: Json, owner: string): string {
  return JSON.stringify(state, (key, value: unknown) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw journalError('JOURNAL_INVALID', owner, `${key} is ${value}, which JSON cannot hold`);
  });
}
