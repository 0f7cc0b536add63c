/**
 * Series drawn anew from a series, with its memory kept: blocks of random length, end joined to beginning. Politis and Romano, "The
 * Stationary Bootstrap", JASA 89 (1994).
 */
import type { Random } from '../domain/random.ts';
import { meanOf } from './moments.ts';

/** Rows of the drawn series: each follows the one before it, or with probability 1 ÷ `meanBlock` is any. `meanBlock` ≥ 1. */
export function stationaryRows(random: Random, rows: number, meanBlock: number): Int32Array {
  const drawn = new Int32Array(rows);
  let row = 0;
  for (let at = 0; at < rows; at += 1) {
    const begins = at === 0 || random.uniform() * meanBlock < 1;
    row = begins ? Math.floor(random.uniform() * rows) : (row + 1) % rows;
    drawn[at] = row;
  }
  return drawn;
}

/** A share of a series' autocorrelations this small, over this many lags in a row, counts as none. */
const QUIET_LAGS_MIN = 5;
const SIGNIFICANCE = 2;

/**
 * Mean block length that suits a series, ≥ 1: (2g² ÷ d)^⅓·n^⅓ of Politis and White, "Automatic Block-Length Selection for the Dependent
 * Bootstrap", 2004, as corrected by Patton, Politis and White, 2009 (d = 2·s(0)²). 1 for a series that does not vary.
 */
export function blockLength(values: readonly number[]): number {
  const rows = values.length;
  const covariances = autocovariances(values);
  const [variance = 0] = covariances;
  if (!(variance > 0)) return 1;
  const lags = 2 * lastLoudLag(covariances, rows);
  let [spectrum, slope] = [variance, 0];
  for (let lag = 1; lag <= Math.min(lags, rows - 1); lag += 1) {
    const weight = lag / lags <= 0.5 ? 1 : 2 * (1 - lag / lags);
    const part = 2 * weight * (covariances[lag] ?? covarianceAt(values, lag));
    spectrum += part;
    slope += part * lag;
  }
  if (!(spectrum ** 2 > 0)) return 1;
  const length = ((2 * slope ** 2) / (2 * spectrum ** 2)) ** (1 / 3) * rows ** (1 / 3);
  const most = Math.ceil(Math.min(3 * Math.sqrt(rows), rows / 3));
  return Math.min(Math.max(1, length), Math.max(1, most));
}

function autocovariances(values: readonly number[]): number[] {
  const most = Math.ceil(Math.sqrt(values.length)) + quietLags(values.length);
  const count = Math.min(most, values.length - 1);
  return Array.from({ length: Math.max(1, count + 1) }, (_, lag) => covarianceAt(values, lag));
}

function covarianceAt(values: readonly number[], lag: number): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let at = lag; at < values.length; at += 1)
    sum += ((values[at] ?? 0) - mean) * ((values[at - lag] ?? 0) - mean);
  return sum / values.length;
}

function quietLags(rows: number): number {
  return Math.max(QUIET_LAGS_MIN, Math.ceil(Math.sqrt(Math.log10(Math.max(rows, 2)))));
}

/** The smallest lag, ≥ 1, after which autocorrelation stays within noise for some lags. */
function lastLoudLag(covariances: readonly number[], rows: number): number {
  const [variance = 1] = covariances;
  const limit = SIGNIFICANCE * Math.sqrt(Math.log10(rows) / rows);
  const wanted = quietLags(rows);
  let quiet = 0;
  for (let lag = 1; lag < covariances.length; lag += 1) {
    quiet = Math.abs((covariances[lag] ?? 0) / variance) < limit ? quiet + 1 : 0;
    if (quiet === wanted) return Math.max(1, lag - wanted);
  }
  return Math.max(1, covariances.length - 1 - quiet);
}
