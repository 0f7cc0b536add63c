/** Errors as log fields: what helps, bounded, without the signed URLs that exchange errors carry. */
import { types } from 'node:util';
import { stripSigned } from './redact.ts';

/** Causes followed below an error. */
const CAUSE_DEPTH_MAX = 3;

const MESSAGE_LENGTH_MAX = 2_000;
const STACK_LENGTH_MAX = 4_000;

/** The fields with every Error among their values replaced by its parts. The fields themselves are not changed. */
export function printableFields(
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const printable: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    printable[name] = isError(value) ? errorFields(value) : value;
  }
  return printable;
}

/** Type, message, code, stack and causes of an error. Other properties are left out: drivers hang live objects on them. */
export function errorFields(error: Error, depth = 0): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: bounded(error.message, MESSAGE_LENGTH_MAX),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: bounded(error.stack, STACK_LENGTH_MAX) }),
    ...(isError(error.cause) && depth < CAUSE_DEPTH_MAX
      ? { cause: errorFields(error.cause, depth + 1) }
      : {}),
  };
}

/** Errors of another realm (a vm context, a worker's clone) are not instances of this one's Error. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Strips first, cuts then: a URL cut in half would not be recognised. */
function bounded(text: string, lengthMax: number): string {
  const stripped = stripSigned(text);
  return stripped.length <= lengthMax
    ? stripped
    : `${stripped.slice(0, lengthMax)}… (${stripped.length} characters)`;
}
