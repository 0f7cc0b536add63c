/** The parameters of a request: query string and form body together, with typed access and Binance's complaints. */
import { parseScaled } from '../../engine/amounts.ts';
import {
  duplicateParameter,
  emptyParameter,
  illegalParameter,
  invalidParameter,
  missingParameter,
  tooPrecise,
  unreadParameters,
} from './errors.ts';

const INTEGER = /^\d{1,16}$/;
const INTEGER_RANGE = '^[0-9]{1,20}$';
const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const LIST = /^\["[A-Z0-9_.-]{1,20}"(?:,"[A-Z0-9_.-]{1,20}")*\]$/;
const LIST_RANGE = '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$';

/** One request’s parameters. */
export class Params {
  readonly #values = new Map<string, string>();
  readonly #read = new Set<string>();

  /** @throws BinanceError −1101 when a name comes twice. */
  constructor(...encoded: readonly string[]) {
    for (const text of encoded) {
      for (const [name, value] of new URLSearchParams(text)) {
        if (this.#values.has(name)) throw duplicateParameter();
        this.#values.set(name, value);
      }
    }
  }

  /** The text of a parameter; undefined when it was not sent or is empty. */
  text(name: string): string | undefined {
    this.#read.add(name);
    const value = this.#values.get(name);
    return value === '' ? undefined : value;
  }

  /** The text of a parameter that may be left out but not be empty. @throws BinanceError −1105. */
  optional(name: string): string | undefined {
    if (this.#values.get(name) === '') throw emptyParameter(name);
    return this.text(name);
  }

  /** @throws BinanceError −1102. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missingParameter(name);
    return value;
  }

  /** A non-negative integer. @throws BinanceError −1100. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!INTEGER.test(value)) throw illegalParameter(name, INTEGER_RANGE);
    return Number(value);
  }

  /** A page size: `fallback` when absent, never more than `max`. @throws BinanceError −1100, −1130. */
  limit(fallback: number, max: number): number {
    const value = this.integer('limit') ?? fallback;
    if (value === 0) throw invalidParameter('limit');
    return Math.min(value, max);
  }

  /** A decimal as an integer of 10^-decimals units. @throws BinanceError −1100, −1111. */
  scaled(name: string, decimals: number): bigint | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const scaled = parseScaled(value, decimals);
    if (scaled === undefined) throw illegalParameter(name, DECIMAL_RANGE);
    if (scaled === 'TOO_PRECISE') throw tooPrecise(name);
    return scaled;
  }

  /** One of a few words. @throws what `error` makes for any other. */
  choice<T extends string>(name: string, choices: readonly T[], error: () => Error): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const choice = choices.find((known) => known === value);
    if (choice === undefined) throw error();
    return choice;
  }

  /** `true` or `false`. @throws BinanceError −1130. */
  flag(name: string): boolean {
    return this.choice(name, ['true', 'false'], () => invalidParameter(name)) === 'true';
  }

  /** A list such as `["BTCUSDT","ETHUSDT"]`. @throws BinanceError −1100. */
  list(name: string): readonly string[] | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!LIST.test(value)) throw illegalParameter(name, LIST_RANGE);
    return value.slice(2, -2).split('","');
  }

  /** Call when everything was read and before anything is done. @throws BinanceError −1104 for what nobody asked for. */
  assertAllRead(): void {
    const unread = [...this.#values.keys()].filter((name) => !this.#read.has(name)).length;
    if (unread > 0) throw unreadParameters(this.#values.size - unread, this.#values.size);
  }
}
