/** The parameters of a request: query string and form body together, with typed access and Binance's complaints. */
import { parseScaled } from '../../engine/amounts.ts';
import { duplicateParameter, illegalParameter, missingParameter, tooPrecise } from './errors.ts';

const INTEGER = /^\d{1,16}$/;

export class Params {
  readonly #values = new Map<string, string>();

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
    const value = this.#values.get(name);
    return value === '' ? undefined : value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missingParameter(name);
    return value;
  }

  /** A non-negative integer. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!INTEGER.test(value)) throw illegalParameter(name, '^[0-9]{1,20}$');
    return Number(value);
  }

  /** A page size: `fallback` when absent, never more than `max`. */
  limit(fallback: number, max: number): number {
    const value = this.integer('limit') ?? fallback;
    if (value === 0) throw illegalParameter('limit', `1-${String(max)}`);
    return Math.min(value, max);
  }

  /** A decimal as an integer of 10^-decimals units. */
  scaled(name: string, decimals: number): bigint | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const scaled = parseScaled(value, decimals);
    if (scaled === undefined) throw illegalParameter(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$');
    if (scaled === 'TOO_PRECISE') throw tooPrecise(name);
    return scaled;
  }
}
