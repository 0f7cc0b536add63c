/** Errors as log fields: what helps, bounded, without the live objects that drivers hang on them. */
import { types } from 'node:util';

/** Causes followed below an error. */
const CAUSE_DEPTH_MAX = 3;

const MESSAGE_LENGTH_MAX = 2_000;
const STACK_LENGTH_MAX = 4_000;

/** Takes secrets and signed URLs out of a text. */
type Clean = (text: string) => string;

/**
 * The fields with every Error among their values replaced by its type, message, code, stack and causes. Texts are cleaned
 * before they are cut: half a secret would not be recognised. The fields themselves are not changed.
 */
export function printableFields(
  fields: Readonly<Record<string, unknown>>,
  clean: Clean,
): Record<string, unknown> {
  const printable: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    printable[name] = isError(value) ? errorFields(value, clean, 0) : value;
  }
  return printable;
}

function errorFields(error: Error, clean: Clean, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: bounded(clean(message), MESSAGE_LENGTH_MAX),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack: bounded(clean(stack), STACK_LENGTH_MAX) }),
    ...(isError(cause) && depth < CAUSE_DEPTH_MAX
      ? { cause: errorFields(cause, clean, depth + 1) }
      : {}),
  };
}

/** Errors of another realm (a vm context, a worker's clone) are not instances of this one's Error. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

function bounded(text: string, lengthMax: number): string {
  return text.length <= lengthMax
    ? text
    : `${text.slice(0, lengthMax)}… (${text.length} characters)`;
}
