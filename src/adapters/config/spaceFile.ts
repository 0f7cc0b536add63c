/** Spaces of parameters in YAML: a file, or the same text on the command line. */
import { z } from 'zod';
import { fail, ok, type Result } from '../../core/domain/result.ts';
import { kindOf } from '../../core/strategies/registry.ts';
import { strategySchema } from '../../core/strategies/schema.ts';
import { Space, type Parameter, type Value } from '../../core/search/space.ts';
import { nearestWord } from '../../core/domain/nearest.ts';
import { check, problemAt } from './explain.ts';
import type { ConfigProblem } from './problem.ts';
import { parseSource, readSource, type SourceFile } from './source.ts';

/** Most parameters of a space: nobody has the data to choose so many. */
const PARAMETERS_MAX = 50;

/** A number with its unit, as in a strategy's file: `5`, `2.5%`, `500 USDT`, `30m`. */
const NUMBER = /^([+-]?\d+(?:\.\d+)?)(\D*)$/u;

const value = z.union([z.string(), z.number(), z.boolean()]);
const range = z.tuple([z.union([z.number(), z.string()]), z.union([z.number(), z.string()])]);
const step = z.union([z.number(), z.string()]).optional();
const when = z.record(z.string(), z.union([value, z.array(value).min(1)])).optional();
const entry = z.union([
  z.strictObject({ int: range, step, when }),
  z.strictObject({ float: range, step, when }),
  z.strictObject({ log: range, when }),
  z.strictObject({ choice: z.array(value).min(1), when }),
]);
const texts = z.union([z.string(), z.array(z.string()).min(1)]).optional();

const spaceSchema = z.strictObject({
  parameters: z.record(z.string(), entry),
  objectives: texts,
  constraints: texts,
});

type Entry = z.output<typeof entry>;

/** Parameters, and what the file says is searched for. */
export interface LoadedSpace {
  readonly space: Space;
  readonly objectives: readonly string[];
  readonly constraints: readonly string[];
  /** For messages: parameters stand under `parameters`. */
  readonly source: SourceFile;
}

/**
 * @param text a file's name, or the YAML itself: then it begins with `{`. Without the key `parameters` it holds parameters only.
 * @param kind of the strategy: each parameter must be one of its keys.
 */
export function loadSpace(
  text: string,
  kind: string,
): Result<LoadedSpace, readonly ConfigProblem[]> {
  const source = text.trimStart().startsWith('{')
    ? parseSource('--space', text)
    : readSource(
        text,
        'name a file, or write the space itself: --space "{ema_fast: {int: [5, 50]}}"',
      );
  if (!source.ok) return source;
  const whole = 'parameters' in source.value.content ? source.value : nested(source.value);
  const parsed = check(spaceSchema, whole);
  if (!parsed.ok) return parsed;
  const unknown = unknownKeys(whole, Object.keys(parsed.value.parameters), kind);
  if (unknown.length > 0) return fail(unknown);
  return spaceOf(whole, parsed.value);
}

/** Parameters alone, as if they stood under their key. */
function nested(source: SourceFile): SourceFile {
  const inner = (path: readonly PropertyKey[]): readonly PropertyKey[] => path.slice(1);
  return {
    file: source.file,
    content: { parameters: source.content },
    keyAt: (path) => source.keyAt(inner(path)),
    valueAt: (path) => source.valueAt(inner(path)),
  };
}

function unknownKeys(source: SourceFile, names: readonly string[], kind: string): ConfigProblem[] {
  const found = kindOf(kind);
  const known = found ? Object.keys(strategySchema(found).shape) : [];
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestWord(name, known);
      const problem = `a strategy of kind ${kind} has no key ${name}`;
      return problemAt(source, ['parameters', name], problem, { nearest });
    });
}

function spaceOf(
  source: SourceFile,
  { parameters, objectives, constraints }: z.output<typeof spaceSchema>,
): Result<LoadedSpace, readonly ConfigProblem[]> {
  const names = Object.keys(parameters);
  if (names.length === 0 || names.length > PARAMETERS_MAX)
    return fail([problemAt(source, ['parameters'], `must hold 1 to ${PARAMETERS_MAX} parameters`)]);
  try {
    const all = Object.entries(parameters).flatMap(([name, each]) => parameterOf(name, each));
    return ok({
      space: new Space(all),
      objectives: listed(objectives),
      constraints: listed(constraints),
      source,
    });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const name = names.find((each) => words.startsWith(`${each}: `)) ?? '';
    const problem = words.slice(name === '' ? 0 : name.length + 2);
    return fail([problemAt(source, ['parameters', ...(name === '' ? [] : [name])], problem)]);
  }
}

function listed(written: string | readonly string[] | undefined): readonly string[] {
  if (written === undefined) return [];
  return typeof written === 'string' ? [written] : written;
}

/** @throws RangeError that begins with the parameter's name. */
function parameterOf(name: string, written: Entry): Parameter {
  const condition = conditionOf(name, written.when);
  if ('choice' in written) return { name, type: 'choice', values: written.choice, ...condition };
  if ('int' in written)
    return { name, type: 'int', ...limitsOf(name, written.int, written.step), ...condition };
  if ('float' in written)
    return { name, type: 'float', ...limitsOf(name, written.float, written.step), ...condition };
  return { name, type: 'log', ...limitsOf(name, written.log, undefined), ...condition };
}

function conditionOf(name: string, written: Entry['when']): Pick<Parameter, 'when'> {
  if (written === undefined) return {};
  const [first, ...others] = Object.entries(written);
  if (!first || others.length > 0) throw new RangeError(`${name}: when names one parameter`);
  const [parameter, wanted] = first;
  const values: readonly Value[] = Array.isArray(wanted) ? wanted : [wanted];
  return { when: { parameter, values } };
}

function limitsOf(
  name: string,
  [from, to]: readonly [string | number, string | number],
  by: string | number | undefined,
): { readonly low: number; readonly high: number; readonly unit: string; readonly step?: number } {
  const [low, high] = [quantity(name, from), quantity(name, to)];
  const steps = by === undefined ? undefined : quantity(name, by);
  if (low.unit !== high.unit || (steps && steps.unit !== low.unit))
    throw new RangeError(`${name}: its ends and its step must have the same unit`);
  return {
    low: low.value,
    high: high.value,
    unit: low.unit,
    ...(steps && { step: steps.value }),
  };
}

function quantity(
  name: string,
  written: string | number,
): { readonly value: number; readonly unit: string } {
  const [, digits, unit = ''] = NUMBER.exec(String(written)) ?? [];
  if (digits === undefined)
    throw new RangeError(
      `${name}: ${JSON.stringify(written)} is no number, with or without a unit`,
    );
  return { value: Number(digits), unit };
}
