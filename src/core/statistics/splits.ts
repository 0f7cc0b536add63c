/**
 * Parts of a history to choose on and parts to judge on, so that nothing of the second is known in the first. López de Prado,
 * "Advances in Financial Machine Learning", 2018, chapter 7: what is chosen on is *purged* of whatever reaches into what is judged
 * on, and an *embargo* after that keeps out what still remembers it.
 */

/** From inclusive, to exclusive; in whatever unit the caller counts. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

export interface Split {
  readonly train: Part;
  readonly test: Part;
}

export interface WalkForwardPlan extends Part {
  /** Lengths; the tests follow each other without a hole. */
  readonly train: number;
  readonly test: number;
  /** Left out between the end of training and the beginning of the test: as long as a decision reaches ahead. ≥ 0. */
  readonly purge: number;
  /** Left out there besides: as long as what was trained on is remembered by the market. ≥ 0; absent: 0. */
  readonly embargo?: number;
  /** Every training begins where the first did. */
  readonly expanding: boolean;
}

/** More windows than this are a mistake in the lengths. */
const SPLITS_MAX = 10_000;

/**
 * Windows in time order, the last test cut off at the end, and left out when less than half of it is there.
 * @throws RangeError for lengths that are not above 0, or so short that there are more than 10,000 windows.
 */
export function walkForwardSplits(plan: WalkForwardPlan): Split[] {
  const { from, to, train, test, expanding } = plan;
  const gap = plan.purge + (plan.embargo ?? 0);
  if (!(train > 0) || !(test > 0) || !(gap >= 0))
    throw new RangeError('train and test must be above 0, purge and embargo at least 0');
  if ((to - from) / test > SPLITS_MAX) throw new RangeError(`more than ${SPLITS_MAX} windows`);
  const splits: Split[] = [];
  for (let start = from + train + gap; start + test / 2 <= to; start += test) {
    splits.push({
      train: { from: expanding ? from : start - gap - train, to: start - gap },
      test: { from: start, to: Math.min(start + test, to) },
    });
  }
  return splits;
}

/** Rows to choose on and rows to judge on. */
export interface Fold {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * Folds for cross-validation over rows whose outcomes overlap.
 * @param spans of each row, ascending by `from`: when it was known, and when its outcome was (both inclusive).
 * @param folds ≥ 2, at most as many as rows.
 * @param embargo after the last outcome of a test, in the unit of the spans: rows known within it are not trained on.
 * @throws RangeError for other numbers of folds.
 */
export function purgedFolds(spans: readonly Part[], folds: number, embargo = 0): Fold[] {
  if (!Number.isInteger(folds) || folds < 2 || folds > spans.length)
    throw new RangeError('folds must be a whole number from 2 to the number of rows');
  return Array.from({ length: folds }, (_, fold) => {
    const start = Math.floor((fold * spans.length) / folds);
    const end = Math.floor(((fold + 1) * spans.length) / folds);
    const tested = spans.slice(start, end);
    const from = tested[0]?.from ?? 0;
    const to = Math.max(...tested.map((span) => span.to));
    const rows = [...spans.keys()];
    return {
      test: rows.slice(start, end),
      train: rows.filter((row) => {
        const span = spans[row] ?? { from, to };
        const isTested = row >= start && row < end;
        return !isTested && (span.to < from || span.from > to + embargo);
      }),
    };
  });
}
