/** A YAML file with the position of everything in it. What reads YAML goes through here. */
import { readFileSync, statSync } from 'node:fs';
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import { PROTO_KEY_PROBLEM, protoKeys } from '../../core/domain/protoKeys.ts';
import { fail, ok, type Result } from '../../core/domain/result.ts';
import { errorCode } from './errorCode.ts';
import type { ConfigProblem } from './problem.ts';

/** No configuration is larger; a larger file is something else. */
const FILE_BYTES_MAX = 1_048_576;
/** Anchors may be used, but not to blow a file up. */
const ALIASES_MAX = 50;

export type KeyPath = readonly PropertyKey[];

export interface Position {
  readonly line: number;
  readonly column: number;
}

const START: Position = { line: 1, column: 1 };

/** A file that is sound YAML and holds a block of keys. */
export interface SourceFile {
  readonly file: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Where a key stands; of one that is missing, where its nearest existing ancestor does. */
  keyAt(path: KeyPath): Position;
  /** Where the value of a key stands; of one that is missing, where its nearest existing ancestor does. */
  valueAt(path: KeyPath): Position;
}

/**
 * Reads and parses a file; every syntax error is a problem.
 * @param ifAbsent what to do instead when the file is not there; default what fits a configuration.
 */
export function readSource(
  file: string,
  ifAbsent?: string,
): Result<SourceFile, readonly ConfigProblem[]> {
  const text = readText(file, ifAbsent);
  return text.ok ? parseSource(file, text.value) : fail([text.error]);
}

const whole = (file: string, problem: string, fix?: string): ConfigProblem => ({
  file,
  ...START,
  path: '',
  problem,
  ...(fix !== undefined && { fix }),
});

const READ_PROBLEMS: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  ENOENT: [
    'the file does not exist',
    'check the path; `plimsoll config check FILE` reads another one',
  ],
  EISDIR: ['this is a folder, not a file', 'name the YAML file in it'],
  EACCES: ['the file may not be read', 'make it readable for the user that runs Plimsoll'],
  ENOTDIR: ['a part of the path is not a folder', 'check the path'],
};

function readText(file: string, ifAbsent: string | undefined): Result<string, ConfigProblem> {
  try {
    const { size } = statSync(file);
    if (size > FILE_BYTES_MAX) {
      return fail(
        whole(file, `the file is larger than ${FILE_BYTES_MAX} bytes: not a configuration`),
      );
    }
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    const code = errorCode(error);
    const [problem, fix] = READ_PROBLEMS[code] ?? [`the file cannot be read: ${code}`, undefined];
    return fail(whole(file, problem, (code === 'ENOENT' ? ifAbsent : undefined) ?? fix));
  }
}

/** Parses text as if it were the content of `file`. */
export function parseSource(
  file: string,
  text: string,
): Result<SourceFile, readonly ConfigProblem[]> {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    version: '1.2',
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    return fail(
      faults.map(({ message, pos: [at] }) => ({
        file,
        ...positionOf(counter, at),
        path: '',
        problem: yamlWords(message),
      })),
    );
  const content = contentOf(document);
  if (!content.ok) return fail([whole(file, content.error)]);
  const locate = (path: KeyPath, part: 'key' | 'value'): Position =>
    positionOf(counter, offsetOf(document, path, part));
  const refused = protoKeys(content.value);
  if (refused.length > 0)
    return fail(
      refused.map((path) => ({
        ...{ file, ...locate(path, 'key'), path: path.join('.'), problem: PROTO_KEY_PROBLEM },
      })),
    );
  return ok({
    file,
    content: content.value,
    keyAt: (path) => locate(path, 'key'),
    valueAt: (path) => locate(path, 'value'),
  });
}

function contentOf(document: Document.Parsed): Result<Readonly<Record<string, unknown>>, string> {
  try {
    const content: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    if (content === null || content === undefined) return fail('the file is empty');
    if (typeof content !== 'object' || Array.isArray(content)) {
      return fail('the file must hold keys and values, such as `schema_version: 1`');
    }
    return ok(content as Readonly<Record<string, unknown>>);
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'not valid YAML');
  }
}

/** The library's messages, put into a user's words where they are not. */
function yamlWords(message: string): string {
  if (message === 'Map keys must be unique') return 'this key stands here a second time';
  if (message.startsWith('Source contains multiple documents'))
    return 'only one document per file: remove the line `---`';
  return `not valid YAML: ${message}`;
}

function positionOf(counter: LineCounter, offset: number): Position {
  const { line, col } = counter.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Offset of a key or a value in the text; of the nearest ancestor that exists when it is missing. */
function offsetOf(document: Document.Parsed, path: KeyPath, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    const found = childOf(parent, step);
    if (!found) return offset;
    const wanted =
      depth === path.length - 1 && part === 'value' ? found.value : (found.key ?? found.value);
    offset = startOf(wanted) ?? startOf(found.key) ?? offset;
    node = found.value;
  }
  return offset;
}

function childOf(
  parent: unknown,
  step: PropertyKey,
): { readonly key?: unknown; readonly value: unknown } | undefined {
  if (isMap(parent)) {
    return parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === String(step));
  }
  return isSeq(parent) ? { value: parent.items[Number(step)] } : undefined;
}

function startOf(node: unknown): number | undefined {
  const range = isNode(node) ? (node as Node).range : undefined;
  return range?.[0];
}
