/** What a document's schema takes and what it got instead, in the words of all its errors. */

/** A JSON Schema, as far as it tells what a single value may be. */
export interface ValueNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ValueNode[];
  readonly oneOf?: readonly ValueNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/** A value longer than this is shown shortened. */
const SHOWN_MAX = 40;

const TYPES: Readonly<Record<string, (node: ValueNode) => string>> = {
  integer: (node) => `a whole number${rangeWords(node)}`,
  number: (node) => `a number${rangeWords(node)}`,
  string: ({ minLength, maxLength }) => `a text${sizeWords(minLength, maxLength, 'characters')}`,
  array: ({ maxItems }) => `a list${sizeWords(undefined, maxItems, 'entries')}`,
  object: () => 'an object',
  boolean: () => 'true or false',
  null: () => 'null',
};

/** What a schema takes: "a whole number from 1 to 60". */
export function valueWords(node: ValueNode): string {
  const choices = node.anyOf ?? node.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(valueWords))].join(' or ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map(String).join(', ');
  return TYPES[node.type ?? '']?.(node) ?? 'another value';
}

/** What was written instead: "got 0"; the content of lists and objects is left out. */
export function gotWords(value: unknown): string {
  if (value === undefined) return 'got nothing';
  if (Array.isArray(value)) return 'got a list';
  if (typeof value === 'object' && value !== null) return 'got an object';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return `got ${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}`;
}

/** " from 1 to 60"; empty for what only the number's own type bounds. */
function rangeWords({ minimum, maximum, exclusiveMinimum: above }: ValueNode): string {
  const [min, max] = [boundOf(minimum), boundOf(maximum)];
  if (above !== undefined) return ` above ${above}${max === undefined ? '' : `, at most ${max}`}`;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (max !== undefined) return ` of at most ${max}`;
  return min === undefined ? '' : ` of at least ${min}`;
}

function sizeWords(min: number | undefined, max: number | undefined, unit: string): string {
  if (max === undefined) return '';
  return min === undefined ? ` of at most ${max} ${unit}` : ` of ${min} to ${max} ${unit}`;
}

function boundOf(bound = Number.MAX_SAFE_INTEGER): number | undefined {
  return Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}
