/** What a schema found wrong, as problems with file, position, key path and the nearest valid word. */
import { z } from 'zod';
import { nearestWord } from '../../core/domain/nearest.ts';
import { isTimeframe, nearestTimeframe } from '../../core/domain/time.ts';
import type { ConfigProblem } from './problem.ts';
import type { KeyPath, SourceFile } from './source.ts';

/** A JSON Schema, as far as it is read here. */
export interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
}

/** Key path in words: `risk.price_band`, `strategies[2]`. */
function pathText(path: KeyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

/** A problem at a value of a file. */
export function problemAt(
  source: SourceFile,
  path: KeyPath,
  problem: string,
  more: { readonly nearest?: string | undefined; readonly fix?: string } = {},
): ConfigProblem {
  const { nearest, fix } = more;
  return {
    file: source.file,
    ...source.valueAt(path),
    path: pathText(path),
    problem,
    ...(nearest !== undefined && { nearest, fix: `write "${nearest}"` }),
    ...(fix !== undefined && { fix }),
  };
}

/** The result of checking a file against its schema: the parsed value, or every problem at once. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  source: SourceFile,
):
  | { readonly ok: true; readonly value: z.output<Schema> }
  | { readonly ok: false; readonly error: readonly ConfigProblem[] } {
  const result = schema.safeParse(source.content, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  const shape = z.toJSONSchema(schema, { io: 'input' }) as SchemaNode;
  return {
    ok: false,
    error: result.error.issues.flatMap((issue) => explain(issue, source, shape)),
  };
}

function explain(issue: z.core.$ZodIssue, source: SourceFile, shape: SchemaNode): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...issue.path, key], source, shape));
  }
  return [problemAt(source, issue.path, wordsOf(issue), { nearest: nearestValue(issue) })];
}

function unknownKey(path: KeyPath, source: SourceFile, shape: SchemaNode): ConfigProblem {
  const word = String(path.at(-1));
  const known = Object.keys(nodeAt(shape, path.slice(0, -1))?.properties ?? {});
  const present = new Set(Object.keys(objectAt(source.content, path.slice(0, -1))));
  const nearest =
    nearestWord(
      word,
      known.filter((key) => !present.has(key)),
    ) ?? nearestWord(word, known);
  const problem =
    nearest === undefined ? `unknown key; known are ${known.join(', ')}` : 'unknown key';
  const { line, column } = source.keyAt(path);
  return { ...problemAt(source, path, problem, { nearest }), line, column };
}

function nodeAt(shape: SchemaNode, path: KeyPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = shape;
  for (const step of path) {
    const further: SchemaNode | boolean | undefined =
      typeof step === 'number' ? node?.items : node?.properties?.[String(step)];
    node = further;
  }
  return node;
}

function objectAt(content: unknown, path: KeyPath): object {
  let value = content;
  for (const step of path) {
    value =
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<PropertyKey, unknown>>)[step]
        : undefined;
  }
  return typeof value === 'object' && value !== null ? value : {};
}

const BLOCKS: ReadonlySet<string> = new Set(['object', 'record']);

/** Units and choices bring their own words; what is left are blocks and lists. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code !== 'invalid_type') return issue.message;
  if (BLOCKS.has(issue.expected))
    return issue.input === null
      ? 'is empty; write keys below it, or remove it'
      : 'must be a block of keys';
  return issue.expected === 'array' ? 'must be a list' : issue.message;
}

function nearestValue(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return undefined;
  const values = issue.values.map(String);
  const nearest = values.every(isTimeframe) ? nearestTimeframe(issue.input) : undefined;
  return nearest ?? nearestWord(issue.input, values);
}
