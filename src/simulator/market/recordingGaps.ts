/** Holes in a recording: rows that the rows around them say are missing. */

/** A hole. A replay passes it as a market without prints. */
export interface RecordingGap {
  readonly file: string;
  /** 1-based line of the first row after the hole. */
  readonly line: number;
  /** Market time from which rows are missing, and of the first row after them. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly missing: number;
  readonly unit: 'bars' | 'trades';
}

/** A hole in words: where, what and how long. */
export function describeGap(gap: RecordingGap): string {
  const { file, line, fromMs, toMs, missing, unit } = gap;
  const seconds = (toMs - fromMs) / 1_000;
  return `${file}:${String(line)}: ${String(missing)} ${unit} missing before this line, ${String(seconds)} s from ${new Date(fromMs).toISOString()}`;
}

/** Holes in rows that should be `intervalMs` apart. */
export function gapsInTimes(
  file: string,
  timesMs: Float64Array,
  intervalMs: number,
): RecordingGap[] {
  const gaps: RecordingGap[] = [];
  for (let row = 1; row < timesMs.length; row += 1) {
    const fromMs = (timesMs[row - 1] ?? 0) + intervalMs;
    const toMs = timesMs[row] ?? 0;
    if (toMs <= fromMs) continue;
    const missing = Math.round((toMs - fromMs) / intervalMs);
    gaps.push({ file, line: row + 2, fromMs, toMs, missing, unit: 'bars' });
  }
  return gaps;
}

/**
 * Holes in trades whose ids count up by one. Where fewer than half of the steps do, or ids are unknown, the ids are
 * of another kind and say nothing: a silence is then just a silence.
 */
export function gapsInIds(file: string, timesMs: Float64Array, ids: Float64Array): RecordingGap[] {
  const gaps: RecordingGap[] = [];
  let ones = 0;
  for (let row = 1; row < ids.length; row += 1) {
    const step = (ids[row] ?? 0) - (ids[row - 1] ?? 0);
    if (step === 1) ones += 1;
    if (step <= 1 || ids[row - 1] === 0) continue;
    const [fromMs = 0, toMs = 0] = [timesMs[row - 1], timesMs[row]];
    gaps.push({ file, line: row + 2, fromMs, toMs, missing: step - 1, unit: 'trades' });
  }
  return ones * 2 >= ids.length - 1 ? gaps : [];
}
