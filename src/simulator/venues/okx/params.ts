/** The parameters of one request or of one order in it, with typed access and OKX's complaints. */
import type { Json, JsonObject } from '../shared/json.ts';
import { badParameter, missingParameter } from './errors.ts';

const INTEGER = /^\d{1,19}$/;

/** Names and values as text; each accessor says what it refuses. */
export class Params {
  readonly #values: ReadonlyMap<string, string>;

  private constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Parameters of a query string; of a name that comes twice the last counts. */
  static ofQuery(query: string): Params {
    return new Params(new Map(new URLSearchParams(query)));
  }

  /** Parameters of a JSON body: texts, numbers and booleans; lists and objects are left out. */
  static ofObject(object: JsonObject): Params {
    const values = new Map<string, string>();
    for (const [name, value] of Object.entries(object)) {
      if (isScalar(value)) values.set(name, String(value));
    }
    return new Params(values);
  }

  /** The text of a parameter; undefined when it was not sent or is empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === '' ? undefined : value;
  }

  /** @throws OkxError 50014. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missingParameter(name);
    return value;
  }

  /** One of a few words; undefined when absent. @throws OkxError 51000. */
  word<W extends string>(name: string, words: readonly W[]): W | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw badParameter(name);
    return word;
  }

  /** A non-negative integer that a number carries exactly. @throws OkxError 51000. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!INTEGER.test(value) || !Number.isSafeInteger(number)) throw badParameter(name);
    return number;
  }

  /** An id of the exchange, which may be larger than a number carries. @throws OkxError 51000. */
  id(name: string): bigint | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!INTEGER.test(value)) throw badParameter(name);
    return BigInt(value);
  }

  /** A page size from 1 to `max`, which is also what is taken when none was sent. @throws OkxError 51000. */
  limit(max: number, name = 'limit', fallback = max): number {
    const value = this.integer(name) ?? fallback;
    if (value < 1 || value > max) throw badParameter(name);
    return value;
  }
}

function isScalar(value: Json): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
