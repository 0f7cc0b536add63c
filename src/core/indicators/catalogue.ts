/**
 * Every indicator there is, as data, and how one is made by its name. What the YAML keys, the JSON Schema, the reference and the
 * contract suite go by, and what the package exports as `plimsoll/indicators`.
 */
/* eslint-disable @typescript-eslint/no-generated-empty-object-type -- an indicator without parameters takes none */
import { AVERAGES } from './catalogue/averages.ts';
import { CHANNELS, TRENDS } from './catalogue/directions.ts';
import { SESSIONS, SHAPES, VOLUMES } from './catalogue/flows.ts';
import { STATISTICS, VOLATILITIES } from './catalogue/measures.ts';
import { OSCILLATORS } from './catalogue/oscillators.ts';
import type { IndicatorParam, IndicatorRow } from './catalogue/row.ts';
import type { Indicator, IndicatorBar, IndicatorState } from './contract.ts';

export type { Indicator, IndicatorBar, IndicatorParam, IndicatorRow, IndicatorState };

/** By name. */
export const catalogue = {
  ...AVERAGES,
  ...OSCILLATORS,
  ...TRENDS,
  ...CHANNELS,
  ...VOLATILITIES,
  ...STATISTICS,
  ...VOLUMES,
  ...SESSIONS,
  ...SHAPES,
};

export type IndicatorName = keyof typeof catalogue;

/** Parameters of an indicator; those left out are as the catalogue has them. */
export type IndicatorParamsOf<Name extends IndicatorName> = Partial<
  Parameters<(typeof catalogue)[Name]['create']>[0]
>;

/** The kernel behind a name, with its outputs as properties. */
export type IndicatorOf<Name extends IndicatorName> = ReturnType<
  (typeof catalogue)[Name]['create']
>;

/** True for the name of an indicator. */
export function isIndicatorName(name: string): name is IndicatorName {
  return Object.hasOwn(catalogue, name);
}

/** The row of a name, undefined when there is none. */
export function rowOf(name: string): IndicatorRow | undefined {
  const rows: Readonly<Record<string, unknown>> = catalogue;
  // Rows differ in the parameters their factory takes; `completed` gives each just those.
  return isIndicatorName(name) ? (rows[name] as IndicatorRow) : undefined;
}

/**
 * A new indicator.
 * @param params those left out are as the catalogue has them
 * @throws RangeError `INDICATOR_UNKNOWN`, or `INDICATOR_PARAM` naming the parameter, its range, and what there is instead
 */
export function create<Name extends IndicatorName>(
  name: Name,
  params?: IndicatorParamsOf<Name>,
): IndicatorOf<Name>;
export function create<Name extends string>(
  name: Name extends IndicatorName ? never : Name,
  params?: Readonly<Record<string, number>>,
): Indicator;
export function create(name: string, params: Readonly<Record<string, number>> = {}): Indicator {
  const row = rowOf(name);
  if (!row)
    throw new RangeError(
      `INDICATOR_UNKNOWN: "${name}" is no indicator; there are ${Object.keys(catalogue).join(', ')}`,
    );
  const values = completed(name, row, params);
  const indicator = made(name, row, values);
  const words = Object.entries(values).map(([param, value]) => `${param}=${value}`);
  return indicator.identify(`${name}(${words.join(',')})`);
}

/** Bars an indicator with these parameters needs before its outputs are numbers. @throws RangeError as {@link create} does */
export function warmUpOf(name: string, params: Readonly<Record<string, number>> = {}): number {
  return create(name, params).warmUp;
}

interface Identifiable extends Indicator {
  identify(id: string): Indicator;
}

function made(
  name: string,
  row: IndicatorRow,
  values: Readonly<Record<string, number>>,
): Identifiable {
  try {
    // Every kernel is a Revisable.
    return row.create(values) as Identifiable;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new RangeError(`INDICATOR_PARAM: ${name}: ${problem}`, { cause: error });
  }
}

function completed(
  name: string,
  { params: known }: IndicatorRow,
  given: Readonly<Record<string, number>>,
): Record<string, number> {
  const unknown = Object.keys(given).find((param) => !Object.hasOwn(known, param));
  if (unknown !== undefined) {
    const names = Object.keys(known).join(', ');
    const instead = names === '' ? 'it takes none' : `it has ${names}`;
    throw new RangeError(`INDICATOR_PARAM: ${name} has no ${unknown}; ${instead}`);
  }
  const values: Record<string, number> = {};
  for (const [param, row] of Object.entries(known))
    values[param] = checked(`${name}: ${param}`, row, given[param] ?? row.default);
  return values;
}

function checked(what: string, { min, max, isWhole }: IndicatorParam, value: number): number {
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  const range = `a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`;
  throw new RangeError(`INDICATOR_PARAM: ${what}: ${String(value)} is not ${range}`);
}
