/** Guessing what was meant by a misspelled word. */

/** Longest word compared; longer ones are nobody's misspelling. */
const WORD_LENGTH_MAX = 64;

/**
 * Edits between two words: insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
 * Case does not count.
 */
export function editDistance(left: string, right: string): number {
  const a = left.toLowerCase();
  const b = right.toLowerCase();
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const cost = (row: number, column: number): number =>
    rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = a[row - 1] === b[column - 1] ? 0 : 1;
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        cost(row, column - 1) + 1,
        cost(row - 1, column) + 1,
        cost(row - 1, column - 1) + substitution,
        isSwap ? cost(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return cost(a.length, b.length);
}

/** Names that `unknownWords` lists. */
const NAMES_SHOWN = 5;

/** For a word that is none of those that are known: what was probably meant, and what there is, the nearest first. */
export function unknownWords(what: string, word: string, known: readonly string[]): string {
  const names = [...new Set(known)].sort(
    (a, b) => editDistance(word, a) - editDistance(word, b) || (a < b ? -1 : 1),
  );
  const nearest = nearestWord(word, names);
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const more = names.length > NAMES_SHOWN ? ` … ${String(names.length - NAMES_SHOWN)} more` : '';
  const guess = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const hint = names.length === 0 ? 'there is none yet' : `there is ${shown}${more}`;
  return `no ${what} "${word}"${guess}; ${hint}`;
}

/** The known word nearest to `word`, if it is near enough to be a misspelling: at most a third of its letters differ. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  if (word.length > WORD_LENGTH_MAX) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}
