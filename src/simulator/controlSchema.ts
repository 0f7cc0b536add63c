/** Documents that the control API and fault files take. Strict: an unknown field is an error. */
import { z } from 'zod';
import { SPEED_MAX, STEP_MS_MAX } from './drive.ts';
import { actSchema } from './faults/actSchema.ts';
import { conditionsSchema } from './faults/conditionsSchema.ts';
import { ruleSchema } from './faults/ruleSchema.ts';

export const timeSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('pause') }).describe('the market stands still'),
  z.strictObject({ do: z.literal('resume') }).describe('the market goes on'),
  z
    .strictObject({
      do: z.literal('speed'),
      speed: z
        .union([z.number().gt(0).max(SPEED_MAX), z.literal('max')])
        .describe('market seconds per second, or `max`: as fast as the clients take it'),
    })
    .describe('changes the pace'),
  z
    .strictObject({ do: z.literal('step'), ms: z.int().min(1).max(STEP_MS_MAX) })
    .describe('pauses, and moves the market on by so many milliseconds'),
  z
    .strictObject({
      do: z.literal('jump'),
      to: z
        .union([z.int().min(0), z.iso.datetime({ offset: true })])
        .describe('epoch milliseconds, or ISO 8601'),
    })
    .describe('pauses, and moves the market on to a moment'),
]);

export type TimeRequest = z.output<typeof timeSchema>;

/** One rule, or a list of them. */
export const rulesSchema = z.array(ruleSchema).max(1_000);

/** One act, or a list of them. */
export const actsSchema = z.array(actSchema).max(1_000);

/** A file for `--faults`. */
export const faultFileSchema = z.strictObject({
  rules: rulesSchema.optional().describe('fault rules, in the order in which they are tried'),
  conditions: conditionsSchema.optional().describe('what is the matter from the start'),
});

export type FaultDocument = z.output<typeof faultFileSchema>;
