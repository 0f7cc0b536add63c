/** The fault rules, conditions and time requests in words, from their schemas. Read from the build by scripts/docs.mjs. */
import { z } from 'zod';
import { actSchema } from './actSchema.ts';
import { conditionsSchema } from './conditionsSchema.ts';
import { timeSchema } from '../controlSchema.ts';
import { TARGETS, ruleSchema } from './ruleSchema.ts';

/** A field of a document. */
interface FieldRow {
  readonly key: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly default?: string;
  readonly meaning: string;
}

/** One of the things that a word chooses. */
interface ChoiceRow {
  readonly word: string;
  readonly meaning: string;
  readonly fields: readonly FieldRow[];
}

/** A JSON Schema, as far as it is read here. */
interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
}

/** Everything a reference page needs. */
export function describeFaults(): {
  readonly rule: readonly FieldRow[];
  readonly match: readonly FieldRow[];
  readonly targets: readonly {
    readonly name: string;
    readonly matchedBy: readonly string[];
    readonly actions: readonly ChoiceRow[];
  }[];
  readonly conditions: readonly FieldRow[];
  readonly time: readonly ChoiceRow[];
  readonly acts: readonly ChoiceRow[];
} {
  const rule = nodeOf(ruleSchema);
  return {
    rule: fieldsOf(rule),
    match: fieldsOf(rule.properties?.['match'] ?? {}),
    targets: Object.entries(TARGETS).map(([name, { fields, actions }]) => ({
      name,
      matchedBy: fields,
      actions: actions.map((action) => choiceOf(nodeOf(action), 'type')),
    })),
    conditions: fieldsOf(nodeOf(conditionsSchema)),
    acts: (nodeOf(actSchema).oneOf ?? []).map((choice) => choiceOf(choice, 'do')),
    time: (nodeOf(timeSchema).oneOf ?? []).map((choice) => choiceOf(choice, 'do')),
  };
}

function nodeOf(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

function choiceOf(node: SchemaNode, key: string): ChoiceRow {
  return {
    word: String(node.properties?.[key]?.const),
    meaning: node.description ?? '',
    fields: fieldsOf(node).filter((field) => field.key !== key),
  };
}

/** The fields of a document; those of a record's entries below it, as `symbols.*.status`. */
function fieldsOf(node: SchemaNode): FieldRow[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, field]) => {
    const { additionalProperties: entries } = field;
    const inner = typeof entries === 'object' && entries.properties ? fieldsOf(entries) : [];
    const row: FieldRow = {
      key,
      type: typeOf(field),
      isRequired: node.required?.includes(key) ?? false,
      ...(field.default !== undefined && { default: JSON.stringify(field.default) }),
      meaning: field.description ?? '',
    };
    return [row, ...inner.map((below) => ({ ...below, key: `${key}.*.${below.key}` }))];
  });
}

function typeOf(node: SchemaNode): string {
  const choices = node.anyOf ?? node.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' or ');
  const words = node.enum ?? (node.const === undefined ? undefined : [node.const]);
  return words?.map((word) => String(word)).join(', ') ?? node.type ?? 'anything';
}
