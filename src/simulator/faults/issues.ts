/** What is wrong with a document somebody sent or wrote: where, what, and the nearest valid word. */
import { z } from 'zod';
import { PROTO_KEY_PROBLEM, protoKeys } from '../../core/domain/protoKeys.ts';
import { nearestWord } from '../../core/domain/nearest.ts';
import type { ValueNode } from './valueWords.ts';
import { gotWords, valueWords } from './valueWords.ts';

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
interface SchemaNode extends ValueNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** Checks a document against a schema: its value, or everything that is wrong with it. */
export function readDocument<Schema extends z.ZodType>(
  schema: Schema,
  document: unknown,
): DocumentReading<z.output<Schema>> {
  const refused = protoKeys(document);
  if (refused.length > 0)
    return { ok: false, issues: refused.map((path) => ({ path, problem: PROTO_KEY_PROBLEM })) };
  const result = schema.safeParse(document, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
  const issues = result.error.issues.flatMap((issue) => explain(issue, document, shape));
  // A value that breaks several bounds is told once, with all of them.
  const byText = new Map(issues.map((issue) => [issueText(issue), issue]));
  return { ok: false, issues: [...byText.values()] };
}

/** The same issues, of a document that is a part of another. */
export function issuesUnder(
  step: string | number,
  issues: readonly DocumentIssue[],
): DocumentIssue[] {
  return issues.map((issue) => ({ ...issue, path: [step, ...issue.path] }));
}

/** `path: problem (did you mean "x"?)`. */
export function issueText({ path, problem, nearest }: DocumentIssue): string {
  const where = path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    const key = /^[\w*-]+$/.test(step) ? step : JSON.stringify(step);
    return text === '' ? key : `${text}.${key}`;
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
    const problem = `expected ${known.join(', ')}, ${gotWords(issue.input)}`;
    return [{ path, problem, ...guess(String(issue.input), known) }];
  }
  return [
    { path, problem: ownWords(issue) ?? expectation(issue, schemaOf(issue, document, shape)) },
  ];
}

/** The schema that refused: of a value, or of the key of an entry. */
function schemaOf(
  issue: z.core.$ZodIssue,
  document: unknown,
  shape: SchemaNode,
): SchemaNode | undefined {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code !== 'invalid_key') return nodeAt(shape, document, path);
  return nodeAt(shape, document, path.slice(0, -1))?.propertyNames;
}

/** What the schema itself says of a value that it refuses; undefined when the words are the library's. */
function ownWords(issue: z.core.$ZodIssue): string | undefined {
  const { code, message } = issue.code === 'invalid_key' ? (issue.issues[0] ?? issue) : issue;
  return code === 'custom' || message.startsWith('expected ') ? message : undefined;
}

function expectation(issue: z.core.$ZodIssue, node: SchemaNode | undefined): string {
  return `expected ${node === undefined ? 'something else' : valueWords(node)}, ${gotWords(issue.input)}`;
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
  const problem = `expected ${known.join(', ')}, ${gotWords(word)}`;
  return { path, problem, ...(typeof word === 'string' ? guess(word, known) : {}) };
}

/** Of the ways to read a value, the one it was most likely meant in; all of them when that cannot be told. */
function narrowest(
  issue: z.core.$ZodIssueInvalidUnion,
  document: unknown,
  at: { path: (string | number)[]; shape: SchemaNode },
): DocumentIssue {
  const isText = typeof issue.input === 'string';
  const inner = issue.errors
    .map(([first]) => first)
    .find((first) => (isText ? first?.code === 'invalid_value' : (first?.path.length ?? 0) > 0));
  if (inner === undefined)
    return { path: at.path, problem: expectation(issue, nodeAt(at.shape, document, at.path)) };
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

/** Of several shapes an object's is the one whose constant words the value has, else the only one with fields; else the choice itself. */
function chosen(node: SchemaNode, value: unknown): SchemaNode {
  const choices = choicesOf(node).filter(({ properties }) => properties !== undefined);
  if (typeof value !== 'object') return node;
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
