/** The report of a broken invariant. */
import { FAULTS, type Fault } from './faults.ts';
import { shrink } from './shrink.ts';
import { simulate, type SimulationOptions, type SimulationResult } from './simulation.ts';

/** Shrinks the plan of a run that broke an invariant, and tells all about it. */
export async function explainViolation(
  result: SimulationResult,
  options: SimulationOptions,
): Promise<string> {
  const { onLine: _quiet, ...same } = options;
  const shrunk = await shrink(result.plan, async (plan) => {
    const { violation } = await simulate({ ...same, plan });
    return violation?.invariant === result.violation?.invariant;
  });
  return violationReport(result, shrunk);
}

/** Seed, step, invariant, the last events in words, and the faults it takes. */
function violationReport(result: SimulationResult, shrunk: readonly Fault[]): string {
  const { seed, violation, steps, virtualMs, plan, trace } = result;
  const at = `at step ${steps}, ${(virtualMs / 1000).toFixed(3)} s`;
  return [
    `seed ${seed} breaks ${violation?.message ?? 'nothing'}`,
    `${at}; the last ${trace.length} events:`,
    ...trace,
    `${shrunk.length} of ${plan.length} faults are enough:`,
    ...shrunk.map((fault) => `  ${faultLine(fault)}`),
    `run it again: npm run sim -- --seed ${seed}`,
  ].join('\n');
}

function faultLine({ id, atMs, forMs, roll }: Fault): string {
  const at = `${(atMs / 1000).toFixed(3)} s`;
  return `${id} ${FAULTS[id].words}, at ${at}, for ${forMs} ms, shape ${roll.toFixed(2)}`;
}
