/** The report of a broken invariant. */
import { FAULTS, type Fault } from './faults.ts';
import type { SimulationResult } from './simulation.ts';

/** Seed, step, invariant, the last events in words, and the faults it takes. */
export function violationReport(result: SimulationResult, shrunk: readonly Fault[]): string {
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
