/** What is wrong with a document somebody sent or wrote: where, what, and the nearest valid word. */
import { z } from 'zod';
import { nearestWord } from '../../core/domain/nearest.ts';

/** One thing wrong with a document. */
export interface DocumentIssue {
  /** Keys and indexes from the document's root to the fault. */
  readonly path: readonly (string | number)[];
  readonly problem: string;
  /** The valid word nearest to what was written, when one is near. */
  readonly nearest?: string;
}

export type DocumentReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly DocumentIssue[] };

/** A JSON Schema, as far as it is read here. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

/** Checks a document against a schema: its value, or everything that is wrong with it. */
export function readDocument<Schema extends z.ZodType>(
  schema: Schema,
  document: unknown,
): DocumentReading<z.output<Schema>> {
  const result = schema.safeParse(document, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
  const issues = result.error.issues.flatMap((issue) => explain(issue, document, shape));
  return { ok: false, issues };
}

/** `path: problem (did you mean "x"?)`. */
export function issueText({ path, problem, nearest }: DocumentIssue): string {
  const where = path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
  const guess = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  return `${where === '' ? 'the document' : where}: ${problem}${guess}`;
}

function explain(issue: z.core.$ZodIssue, document: unknown, shape: SchemaNode): DocumentIssue[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(shape, document, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      problem: `unknown field; known are ${known.join(', ')}`,
      ...guess(key, known),
    }));
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
    return [unknownKind(issue.discriminator, document, { path, shape })];
  if (issue.code === 'invalid_union') return [narrowest(issue, document, { path, shape })];
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String);
    const problem = `expected ${known.join(', ')}`;
    return [{ path, problem, ...guess(String(issue.input), known) }];
  }
  return [{ path, problem: issue.message.replace(/^Invalid input: /, '') }];
}

/** The word of a choice between shapes is unknown or missing. */
function unknownKind(
  key: string,
  document: unknown,
  at: { path: (string | number)[]; shape: SchemaNode },
): DocumentIssue {
  // zod's path ends at the word itself.
  const owner = at.path.at(-1) === key ? at.path.slice(0, -1) : at.path;
  const node = nodeAt(at.shape, document, owner);
  const known = choicesOf(node).map((choice) => String(choice.properties?.[key]?.const));
  const path = [...owner, key];
  const word = valueAt(document, path);
  const problem = `expected ${known.join(', ')}`;
  return { path, problem, ...(typeof word === 'string' ? guess(word, known) : {}) };
}

/** Of the ways to read a value, the one it was most likely meant in; all of them when that cannot be told. */
function narrowest(
  issue: z.core.$ZodIssueInvalidUnion,
  document: unknown,
  at: { path: (string | number)[]; shape: SchemaNode },
): DocumentIssue {
  const words = issue.errors.flat().map(({ message }) => message.replace(/^Invalid input: /, ''));
  const isText = typeof issue.input === 'string';
  const inner = issue.errors
    .map(([first]) => first)
    .find((first) => (isText ? first?.code === 'invalid_value' : (first?.path.length ?? 0) > 0));
  if (inner === undefined) return { path: at.path, problem: [...new Set(words)].join(', or ') };
  const [first] = explain({ ...inner, path: [...at.path, ...inner.path] }, document, at.shape);
  return first ?? { path: at.path, problem: issue.message };
}

function guess(word: string, known: readonly string[]): { nearest?: string } {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? {} : { nearest };
}

function keysAt(
  shape: SchemaNode,
  document: unknown,
  path: readonly (string | number)[],
): string[] {
  return Object.keys(nodeAt(shape, document, path)?.properties ?? {});
}

/** The schema of what stands at a path; where shapes differ by a word, that of the document's own word. */
function nodeAt(
  shape: SchemaNode,
  document: unknown,
  path: readonly (string | number)[],
): SchemaNode | undefined {
  let node = chosen(shape, document);
  for (const [depth, step] of path.entries()) {
    const next = childOf(node, step);
    if (next === undefined) return undefined;
    node = chosen(next, valueAt(document, path.slice(0, depth + 1)));
  }
  return node;
}

function childOf(node: SchemaNode, step: string | number): SchemaNode | undefined {
  if (typeof step === 'number') return node.items;
  const { properties, additionalProperties } = node;
  const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  return properties?.[step] ?? other;
}

/** Of several shapes the one whose constant words the value has, else the only one with fields; else the choice itself. */
function chosen(node: SchemaNode, value: unknown): SchemaNode {
  const choices = choicesOf(node).filter(({ properties }) => properties !== undefined);
  if (choices.length === 1) return choices[0] ?? node;
  const fitting = choices.find(({ properties = {} }) =>
    Object.entries(properties).some(
      ([key, property]) => property.const !== undefined && property.const === valueAt(value, [key]),
    ),
  );
  return fitting ?? node;
}

function choicesOf(node: SchemaNode | undefined): readonly SchemaNode[] {
  return node?.oneOf ?? node?.anyOf ?? [];
}

function valueAt(document: unknown, path: readonly (string | number)[]): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
