/** One thing wrong in a configuration file. */
export interface ConfigProblem {
  /** Path of the file, as it can be opened from the working directory. */
  readonly file: string;
  /** From 1; 1 when the problem is the file itself. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Key path, e.g. `risk.price_band`; empty for the file as a whole. */
  readonly path: string;
  readonly problem: string;
  /** The valid word nearest to what was written, when one is near. */
  readonly nearest?: string;
  /** What to do instead, when it can be told. */
  readonly fix?: string;
}

/** `file:line:column path: problem (did you mean "x"?)`. */
export function renderProblem(problem: ConfigProblem): string {
  const { file, line, column, path, nearest, fix } = problem;
  const where = `${file}:${line}:${column}`;
  const what = path === '' ? problem.problem : `${path}: ${problem.problem}`;
  const guess = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  const advice = fix === undefined || nearest !== undefined ? '' : ` (${fix})`;
  return `${where} ${what}${guess}${advice}`;
}
