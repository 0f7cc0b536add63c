/** Strategies made from a file's content with some keys replaced, and the file that would say so. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { ok, type Result } from '../../core/domain/result.ts';
import type { Parameter, Value } from '../../core/search/space.ts';
import type { StrategySpec } from '../../core/strategies/contract.ts';
import { kindOf } from '../../core/strategies/registry.ts';
import { strategySchema } from '../../core/strategies/schema.ts';
import { check, problemAt } from './explain.ts';
import type { ConfigProblem } from './problem.ts';
import type { SourceFile } from './source.ts';
import { strategyIn } from './strategyFiles.ts';

type Content = SourceFile['content'];

/** Content that comes from no file at hand: every problem is at its beginning. */
export function bareSource(file: string, content: Content): SourceFile {
  const start = { line: 1, column: 1 };
  return { file, content, keyAt: () => start, valueAt: () => start };
}

/** The strategy with these keys replaced; every problem its own rules find. */
export function strategyWith(
  source: SourceFile,
  params: Readonly<Record<string, Value>>,
): Result<StrategySpec, readonly ConfigProblem[]> {
  const loaded = strategyIn({ ...source, content: { ...source.content, ...params } });
  return loaded.ok ? ok(loaded.value.spec) : loaded;
}

/** Values of parameters that the strategy's keys do not take, whatever the other keys are. */
export function misfitsOf(
  source: SourceFile,
  parameters: readonly Parameter[],
  at: SourceFile,
): ConfigProblem[] {
  const kind = kindOf(String(source.content['kind']));
  if (!kind) return [];
  const schema = strategySchema(kind);
  return parameters.flatMap((parameter) => {
    const { name } = parameter;
    const found = endsOf(parameter).flatMap((value) => {
      const parsed = check(schema, { ...source, content: { ...source.content, [name]: value } });
      return parsed.ok ? [] : parsed.error.filter(({ path }) => path === name);
    });
    return found.slice(0, 1).map(({ problem }) => problemAt(at, ['parameters', name], problem));
  });
}

function endsOf(parameter: Parameter): readonly Value[] {
  if (parameter.type === 'choice') return parameter.values;
  const { low, high, unit } = parameter;
  return [low, high].map((value) => (unit === '' ? value : `${String(value)}${unit}`));
}

/** A strategy file's text with these keys replaced, its comments kept, and these words above it. */
export function strategyText(
  file: string,
  params: Readonly<Record<string, Value>>,
  words: readonly string[],
): string {
  const document = parseDocument(readFileSync(file, 'utf8'));
  for (const [key, value] of Object.entries(params)) document.set(key, value);
  const above = words.map((line) => `# ${line}`.trimEnd()).join('\n');
  return `${above}\n\n${document.toString({ lineWidth: 0 })}`;
}
