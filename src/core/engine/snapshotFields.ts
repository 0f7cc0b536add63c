/** Reading a snapshot's JSON back. */
import type { Json } from '../domain/json.ts';
import type { NoteInputs } from '../domain/notes.ts';

export type Fields = Readonly<Record<string, Json>>;

/** The fields of an object; undefined when it is none. */
export function fieldsOf(json: Json | undefined): Fields | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Fields)
    : undefined;
}

/** The elements of a list; none when it is no list. */
export function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}

/** A number; 0 when it is none. */
export function numberOf(json: Json | undefined): number {
  return typeof json === 'number' ? json : 0;
}

/** The numbers and texts of an object; everything else in it is left out. */
export function inputsOf(json: Json | undefined): NoteInputs {
  const inputs: Record<string, number | string> = {};
  for (const [name, value] of Object.entries(fieldsOf(json) ?? {})) {
    if (typeof value === 'number' || typeof value === 'string') inputs[name] = value;
  }
  return inputs;
}
