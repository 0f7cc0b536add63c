/** Strategy files: which there are, and what is in one. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../core/domain/json.ts';
import { fail, ok, type Result } from '../../core/domain/result.ts';
import { COMMON_SHAPE } from '../../core/strategies/common.ts';
import type { StrategyKind, StrategySpec } from '../../core/strategies/contract.ts';
import { kindOf, STRATEGY_KINDS } from '../../core/strategies/registry.ts';
import { crossCheck, strategySchema, toSpec } from '../../core/strategies/schema.ts';
import { within } from './config.ts';
import { check, problemAt } from './explain.ts';
import { nearestWord } from '../../core/domain/nearest.ts';
import type { ConfigProblem } from './problem.ts';
import { readSource, type SourceFile } from './source.ts';

/** Most strategy files of one daemon. */
export const STRATEGY_FILES_MAX = 200;

export interface LoadedStrategy {
  readonly spec: StrategySpec;
  /** False: checked, but not to be run. */
  readonly enabled: boolean;
  /** The file as it would be written with every default in it. */
  readonly effective: Json;
  readonly source: SourceFile;
}

/** The files a pattern names, sorted; empty when there are none. `*` matches any text in the last part of the path. */
export function expandPattern(root: string, pattern: string): string[] {
  const path = within(root, pattern);
  if (!basename(path).includes('*')) return [path];
  const expression = basename(path)
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  const matcher = new RegExp(`^${expression}$`);
  return namesIn(dirname(path))
    .filter((entry) => !entry.startsWith('.') && matcher.test(entry))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((entry) => join(dirname(path), entry));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** True for a file that is meant as a strategy and not as a configuration, sound or not. */
export function isStrategyFile(file: string): boolean {
  const source = readSource(file);
  if (!source.ok) return false;
  const { content } = source.value;
  return !('mode' in content) && ['kind', 'symbol', 'budget', 'id'].some((key) => key in content);
}

/** Reads and checks one strategy file; every problem at once. */
export function loadStrategy(file: string): Result<LoadedStrategy, readonly ConfigProblem[]> {
  const source = readSource(file);
  return source.ok ? strategyIn(source.value) : source;
}

/** Checks the content of a strategy file. */
export function strategyIn(source: SourceFile): Result<LoadedStrategy, readonly ConfigProblem[]> {
  const kind = kindIn(source);
  if (!kind.ok) return kind;
  const schema = strategySchema(kind.value);
  const parsed = check(schema, source);
  if (!parsed.ok) return parsed;
  const place = { source: source.file, lines: linesOf(source) };
  const { spec, enabled } = toSpec(kind.value, parsed.value, place);
  const problems = crossCheck(kind.value, parsed.value, spec);
  if (problems.length > 0) {
    return fail(problems.map(({ path, problem }) => problemAt(source, path, problem)));
  }
  const effective = z.encode(schema, parsed.value) as Json;
  return ok({ spec, enabled, effective, source });
}

/** Line of each key at the top of a file. */
function linesOf(source: SourceFile): Record<string, number> {
  const keys = Object.keys(source.content);
  return Object.fromEntries(keys.map((key) => [key, source.keyAt([key]).line]));
}

/** The kind a file names. When it is not known, the common keys are checked all the same. */
function kindIn(source: SourceFile): Result<StrategyKind, readonly ConfigProblem[]> {
  const names = STRATEGY_KINDS.map(({ kind }) => kind);
  const written = source.content['kind'];
  const kind = typeof written === 'string' ? kindOf(written) : undefined;
  if (kind) return ok(kind);
  const expected = `one of ${names.join(', ')}`;
  const problem =
    written === undefined
      ? `is missing; write ${expected}`
      : `${JSON.stringify(written)} is not ${expected}`;
  const nearest = typeof written === 'string' ? nearestWord(written, names) : undefined;
  const common = check(z.looseObject(COMMON_SHAPE), source);
  return fail([
    problemAt(source, ['kind'], problem, { nearest }),
    ...(common.ok ? [] : common.error),
  ]);
}
