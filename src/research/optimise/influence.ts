/** How much of what trials came to hangs on each parameter alone. */
import type { Parameter, Space } from '../../core/search/space.ts';
import type { BookedTrial } from '../../ports/trialLedger.ts';

export interface Influence {
  readonly parameter: string;
  /** Share of the variance of the objective between groups of like values, in [0, 1]; what chance alone would show is taken off. */
  readonly share: number;
}

/** Groups of values of a number. */
const GROUPS = 6;
/** The worst trials say how bad it gets, not what matters: below this quantile all are alike. */
const FLOOR_SHARE = 0.1;

/** The most influential first; empty with too few trials. */
export function influences(
  space: Space,
  trials: readonly BookedTrial[],
  worthOf: (trial: BookedTrial) => number | undefined,
): Influence[] {
  const seen = trials
    .filter(({ state, share }) => state === 'done' && share === 1)
    .map((trial) => ({ point: space.encode(trial.params), worth: worthOf(trial) ?? Number.NaN }))
    .filter(({ worth }) => Number.isFinite(worth));
  if (seen.length < 2 * GROUPS) return [];
  const sorted = seen.map(({ worth }) => worth).sort((a, b) => a - b);
  const floor = sorted[Math.floor(sorted.length * FLOOR_SHARE)] ?? -Infinity;
  return space.parameters
    .map((parameter, at) => ({
      parameter: parameter.name,
      share: shareBetween(
        seen
          .filter(({ point }) => point[at] !== undefined)
          .map(({ point, worth }) => ({
            group: Math.floor((point[at] ?? 0) * groupsOf(parameter)),
            worth: Math.max(worth, floor),
          })),
      ),
    }))
    .sort((a, b) => b.share - a.share || (a.parameter < b.parameter ? -1 : 1));
}

function groupsOf(parameter: Parameter): number {
  return parameter.type === 'choice' ? parameter.values.length : GROUPS;
}

/** ε² of a one-way analysis of variance (Kelley, 1935): η² less what groups of this number show by chance. */
function shareBetween(rows: readonly { readonly group: number; readonly worth: number }[]): number {
  const mean = rows.reduce((sum, { worth }) => sum + worth, 0) / rows.length;
  const groups = new Map<number, { count: number; sum: number }>();
  let total = 0;
  for (const { group, worth } of rows) {
    total += (worth - mean) ** 2;
    const own = groups.get(group) ?? { count: 0, sum: 0 };
    groups.set(group, { count: own.count + 1, sum: own.sum + worth });
  }
  let between = 0;
  for (const { count, sum } of groups.values()) between += count * (sum / count - mean) ** 2;
  const freedom = rows.length - groups.size;
  if (!(total > 0) || freedom <= 0) return 0;
  const within = (total - between) / freedom;
  return Math.max(0, (between - (groups.size - 1) * within) / total);
}
