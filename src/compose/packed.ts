/** Exact numbers as plain data and back, for what travels to another thread or machine. */
import { Amount, dec } from '../core/domain/amount.ts';
import type { Json } from '../core/domain/json.ts';

/** Marks an exact number: no key of ours is called so. */
const MARK = '$amount';

/** Anything of plain objects, lists, texts, numbers and exact numbers. Absent keys stay absent. */
export function pack(value: unknown): Json {
  if (value instanceof Amount) return { [MARK]: value.toString() };
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(entries.map(([key, each]) => [key, pack(each)]));
  }
  if (value === null || ['string', 'boolean'].includes(typeof value)) return value as Json;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) };
  throw new TypeError(`a ${typeof value} cannot travel`);
}

/** What was packed. */
export function unpack(packed: Json): unknown {
  if (typeof packed !== 'object' || packed === null) return packed;
  if (Array.isArray(packed)) return packed.map(unpack);
  const [first, ...others] = Object.entries(packed);
  if (first && others.length === 0) {
    const [key, text] = first;
    if (key === MARK && typeof text === 'string') return dec(text);
    if (key === '$number') return Number(text);
  }
  return Object.fromEntries(Object.entries(packed).map(([key, each]) => [key, unpack(each)]));
}
