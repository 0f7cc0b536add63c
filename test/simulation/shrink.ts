/** From a plan that breaks an invariant to a smaller one that breaks the same: delta debugging over its faults. */
import type { Fault } from './faults.ts';

/** Runs a plan; true when it still breaks the invariant in question. */
type StillFails = (plan: readonly Fault[]) => Promise<boolean>;

/** Runs spent at most. */
const RUNS_MAX = 200;

/** A plan of which no single fault can be left out, or what was reached when the runs were spent. */
export async function shrink(
  plan: readonly Fault[],
  stillFails: StillFails,
): Promise<readonly Fault[]> {
  let kept = plan;
  let runs = 0;
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size > 1 ? Math.ceil(size / 2) : 0
  ) {
    for (let from = 0; from < kept.length && runs < RUNS_MAX;) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      runs += 1;
      if (await stillFails(without)) kept = without;
      else from += size;
    }
  }
  return kept;
}
