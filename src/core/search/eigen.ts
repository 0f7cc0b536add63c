/** Eigenvectors of small symmetric matrices, by Jacobi's rotations. */

export interface Eigen {
  /** Rows of a matrix whose columns are the vectors, of length 1. */
  readonly vectors: readonly (readonly number[])[];
  /** Square roots of the values, above 0. */
  readonly roots: readonly number[];
}

const SWEEPS_MAX = 50;
/** Off the diagonal, relative to it, where rounding begins. */
const SMALL = 1e-15;
/** A value is at least this share of the largest. */
const VALUE_MIN = 1e-16;

export function identity(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Number(i === j)));
}

/** @param matrix symmetric, positive semidefinite but for rounding. */
export function eigenOf(matrix: readonly (readonly number[])[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = identity(n).map((row) => Float64Array.from(row));
  for (let sweep = 0; sweep < SWEEPS_MAX && !isDiagonal(a); sweep += 1) {
    for (let p = 0; p < n - 1; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, v, p, q);
  }
  const values = a.map((row, at) => row[at] ?? 0);
  const least = Math.max(...values) * VALUE_MIN;
  return {
    vectors: v.map((row) => [...row]),
    roots: values.map((value) => Math.sqrt(Math.max(value, least))),
  };
}

function isDiagonal(a: readonly Float64Array[]): boolean {
  let [on, off] = [0, 0];
  for (const [i, row] of a.entries()) {
    for (const [j, value] of row.entries()) {
      if (i === j) on += Math.abs(value);
      else off += Math.abs(value);
    }
  }
  return off <= on * SMALL;
}

/** Makes the element at p, q zero (Golub and Van Loan, "Matrix Computations", section 8.5). */
function rotate(
  a: readonly Float64Array[],
  v: readonly Float64Array[],
  p: number,
  q: number,
): void {
  const element = elementAt(a, p, q);
  if (element === 0) return;
  const theta = (elementAt(a, q, q) - elementAt(a, p, p)) / (2 * element);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of [...a, ...v]) turn(row, p, q, [c, s]);
  for (let k = 0; k < a.length; k += 1) {
    const [x, y] = [elementAt(a, p, k), elementAt(a, q, k)];
    setElement(a, p, k, c * x - s * y);
    setElement(a, q, k, s * x + c * y);
  }
}

function elementAt(matrix: readonly Float64Array[], row: number, column: number): number {
  return matrix[row]?.[column] ?? 0;
}

function setElement(
  matrix: readonly Float64Array[],
  row: number,
  column: number,
  value: number,
): void {
  const cells = matrix[row];
  if (cells) cells[column] = value;
}

function turn(row: Float64Array, p: number, q: number, [c, s]: readonly [number, number]): void {
  const [x, y] = [row[p] ?? 0, row[q] ?? 0];
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
}
