/** What goes over the control socket: one JSON object per line, `{id, method, params}` and its answer. */
import { messageOf } from '../errors.ts';
import { fieldsOf, parseFields, textField } from '../fields.ts';

export interface ControlRequest {
  /** Chosen by the client, returned with the answer. */
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Code and words; `data` carries what a program may want, e.g. the issues of a configuration. */
export interface ControlFailure {
  readonly code: string;
  readonly message: string;
  readonly data?: unknown;
}

export type ControlResponse =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ControlFailure };

/** A request is a few words; more is not a request. */
export const REQUEST_BYTES_MAX = 64 * 1024;
/** A status document is a few kilobytes. */
export const RESPONSE_BYTES_MAX = 16 * 1024 * 1024;

/** Raised by a method to answer with this code, and by the client when it got one. */
export class ControlError extends Error {
  readonly code: string;
  readonly data: unknown;

  constructor(code: string, message: string, data?: unknown) {
    super(`${code}: ${message}`);
    this.name = 'ControlError';
    this.code = code;
    this.data = data;
  }
}

const CODED = /^([A-Z][A-Z0-9_]+): ([\s\S]*)$/u;

/** Splits `CODE: text`; text without a code gets `INTERNAL`. */
export function splitCode(message: string): { readonly code: string; readonly text: string } {
  const match = CODED.exec(message);
  return { code: match?.[1] ?? 'INTERNAL', text: match?.[2] ?? message };
}

export function failureOf(error: unknown): ControlFailure {
  const { code, text } = splitCode(messageOf(error));
  const data = error instanceof ControlError ? error.data : undefined;
  return { code, message: text, ...(data !== undefined && { data }) };
}

/** Undefined when the line is not a request. */
export function parseRequest(line: string): ControlRequest | undefined {
  const value = parseFields(line);
  if (!value || !Number.isSafeInteger(value['id']) || typeof value['method'] !== 'string')
    return undefined;
  const params = fieldsOf(value['params'] ?? {});
  return params && { id: Number(value['id']), method: value['method'], params };
}

/** Undefined when the line is not an answer. */
export function parseResponse(line: string): ControlResponse | undefined {
  const value = parseFields(line);
  if (!value || !Number.isSafeInteger(value['id'])) return undefined;
  const id = Number(value['id']);
  const error = fieldsOf(value['error']);
  if (!error) return { id, result: value['result'] };
  return {
    id,
    error: {
      code: textField(error, 'code'),
      message: textField(error, 'message'),
      data: error['data'],
    },
  };
}

/** Collects lines from chunks; more than `bytesMax` without an end is too much. */
export class LineReader {
  readonly #bytesMax: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The lines this chunk ends; undefined when the limit is passed. */
  push(chunk: Buffer): readonly string[] | undefined {
    const lines: string[] = [];
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      if (!this.#add(rest.subarray(0, end))) return undefined;
      lines.push(Buffer.concat(this.#chunks).toString('utf8'));
      this.#chunks = [];
      this.#bytes = 0;
      rest = rest.subarray(end + 1);
    }
    return this.#add(rest) ? lines : undefined;
  }

  #add(part: Buffer): boolean {
    this.#bytes += part.length;
    if (part.length > 0) this.#chunks.push(part);
    return this.#bytes <= this.#bytesMax;
  }
}
