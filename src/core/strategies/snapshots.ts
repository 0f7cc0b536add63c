/** Strategy state as plain JSON: how it is read back. */
import { z } from 'zod';
import { dec, toText, type Decimal } from '../domain/decimal.ts';
import { intentId, type IntentId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';

/** An exact amount in a snapshot: canonical text. */
export const snapshotDecimal = z.codec(
  z.string().regex(/^-?\d+(\.\d+)?$/),
  z.custom<Decimal>((value) => typeof value === 'object' && value !== null),
  { decode: (text) => dec(text), encode: toText },
);

/** An order in a snapshot, or null. */
export const snapshotIntent = z
  .codec(
    z.string().min(1),
    z.custom<IntentId>((value) => typeof value === 'string'),
    { decode: (text) => intentId(text), encode: String },
  )
  .nullable();

/**
 * Reads a snapshot of a kind.
 * @throws Error `SNAPSHOT_INVALID` naming the kind, the field and the problem.
 */
export function parseSnapshot<Schema extends z.ZodType>(
  schema: Schema,
  snapshot: Json,
  kind: string,
): z.output<Schema> {
  const result = schema.safeParse(snapshot);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.map(String).join('.') ?? '';
  throw new Error(
    `SNAPSHOT_INVALID: ${kind}: ${field === '' ? 'state' : field}: ${issue?.message ?? 'not valid'}`,
  );
}
