/**
 * The parameters a search may choose, and the way between their values and a point in the unit cube, one coordinate each. What the
 * methods see is the cube alone: whole numbers are cells of equal width, logarithmic ranges are even in the logarithm.
 */

/** What a file would hold: numbers with a unit are text (`3%`, `500 USDT`). */
export type Value = number | string | boolean;

/** A value for each parameter that counts; those whose condition does not hold are absent. */
export type Assignment = Readonly<Record<string, Value>>;

/** A parameter counts only while another one has one of these values. */
export interface Condition {
  /** An earlier parameter of the space. */
  readonly parameter: string;
  readonly values: readonly Value[];
}

interface Named {
  readonly name: string;
  readonly when?: Condition;
}

export interface NumberParameter extends Named {
  /** log: a float that is even in its logarithm. */
  readonly type: 'int' | 'float' | 'log';
  /** Inclusive; below `high`, above 0 for log. */
  readonly low: number;
  readonly high: number;
  /** Values lie on `low` + n × step; absent: 1 for int, none for the others. */
  readonly step?: number;
  /** Written behind the number: `%`, ` USDT`; empty for a bare number. */
  readonly unit: string;
}

export interface ChoiceParameter extends Named {
  readonly type: 'choice';
  /** At least one, no two alike. */
  readonly values: readonly Value[];
}

export type Parameter = NumberParameter | ChoiceParameter;

/** Coordinates in [0, 1), one per parameter; undefined where it does not count. */
export type Point = readonly (number | undefined)[];

/** Significant digits of a float: more say nothing about a strategy. */
const DIGITS = 6;
/** The largest double below 1. */
const BELOW_ONE = 1 - Number.EPSILON / 2;

/** Parameters in order, conditions on earlier ones. */
export class Space {
  readonly parameters: readonly Parameter[];

  /** @throws RangeError for a range that is none, names that are used twice, and conditions on what is not there. */
  constructor(parameters: readonly Parameter[]) {
    this.parameters = parameters;
    const earlier: string[] = [];
    for (const parameter of parameters) {
      checkParameter(parameter, earlier);
      earlier.push(parameter.name);
    }
  }

  get size(): number {
    return this.parameters.length;
  }

  /** Different values of a parameter; Infinity for a float without a step. */
  cardinality(at: number): number {
    const parameter = this.parameters[at];
    return parameter ? cellsOf(parameter) : 0;
  }

  /** The values at a point; coordinates outside of [0, 1) are taken to its edge. */
  decode(point: Point): Assignment {
    const assignment: Record<string, Value> = {};
    for (const [at, parameter] of this.parameters.entries()) {
      if (!counts(parameter, assignment)) continue;
      const coordinate = Math.min(Math.max(point[at] ?? 0, 0), BELOW_ONE);
      assignment[parameter.name] = valueAt(parameter, coordinate);
    }
    return assignment;
  }

  /** The point of these values: the middle of their cells. */
  encode(assignment: Assignment): Point {
    return this.parameters.map((parameter) => {
      const value = assignment[parameter.name];
      return value === undefined ? undefined : coordinateOf(parameter, value);
    });
  }

  /** The same text for the same values. */
  keyOf(assignment: Assignment): string {
    return JSON.stringify(this.parameters.map(({ name }) => assignment[name] ?? null));
  }
}

function checkParameter(parameter: Parameter, earlier: readonly string[]): void {
  const { name, when } = parameter;
  if (earlier.includes(name)) throw new RangeError(`${name}: is there twice`);
  if (when && !earlier.includes(when.parameter))
    throw new RangeError(`${name}: depends on ${when.parameter}, which does not come before it`);
  if (parameter.type === 'choice') {
    const { values } = parameter;
    if (values.length === 0) throw new RangeError(`${name}: has nothing to choose from`);
    if (new Set(values).size < values.length)
      throw new RangeError(`${name}: a value is there twice`);
    return;
  }
  checkRange(parameter);
}

function checkRange({ name, type, low, high, step }: NumberParameter): void {
  const isRange = low < high && Number.isFinite(high - low);
  if (!isRange) throw new RangeError(`${name}: its low end must be below its high end`);
  if (type === 'log' && !(low > 0)) throw new RangeError(`${name}: a log range begins above 0`);
  if (type === 'int' && ![low, high, step ?? 1].every(Number.isInteger))
    throw new RangeError(`${name}: an int range has whole ends and steps`);
  if (!isStep(step, high - low))
    throw new RangeError(`${name}: its step must be above 0 and fit into the range`);
}

function isStep(step: number | undefined, range: number): boolean {
  return step === undefined || (step > 0 && step <= range);
}

function counts({ when }: Parameter, assignment: Assignment): boolean {
  if (!when) return true;
  const value = assignment[when.parameter];
  return value !== undefined && when.values.includes(value);
}

function stepOf({ type, step }: NumberParameter): number | undefined {
  return step ?? (type === 'int' ? 1 : undefined);
}

function cellsOf(parameter: Parameter): number {
  if (parameter.type === 'choice') return parameter.values.length;
  const step = stepOf(parameter);
  return step === undefined
    ? Infinity
    : Math.floor((parameter.high - parameter.low) / step + 1e-9) + 1;
}

function valueAt(parameter: Parameter, coordinate: number): Value {
  const cells = cellsOf(parameter);
  const cell = Math.floor(coordinate * cells);
  if (parameter.type === 'choice') return parameter.values[cell] ?? '';
  const { low, high, type, unit } = parameter;
  const step = stepOf(parameter);
  if (step !== undefined) return written(low + cell * step, unit);
  const value = type === 'log' ? low * (high / low) ** coordinate : low + (high - low) * coordinate;
  return written(value, unit);
}

/** Rounded to what says something; text when it has a unit. */
function written(value: number, unit: string): Value {
  const rounded = Number(value.toPrecision(DIGITS));
  return unit === '' ? rounded : `${plain(rounded)}${unit}`;
}

/** Without an exponent. */
function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/u, '') : text;
}

function coordinateOf(parameter: Parameter, value: Value): number {
  if (parameter.type === 'choice')
    return (parameter.values.indexOf(value) + 0.5) / parameter.values.length;
  const { low, high, type, unit } = parameter;
  const number = Number(
    typeof value === 'string' ? value.slice(0, value.length - unit.length) : value,
  );
  const step = stepOf(parameter);
  if (step !== undefined) return (Math.round((number - low) / step) + 0.5) / cellsOf(parameter);
  const place =
    type === 'log' ? Math.log(number / low) / Math.log(high / low) : (number - low) / (high - low);
  return Math.min(Math.max(place, 0), BELOW_ONE);
}
