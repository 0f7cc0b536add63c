/** What a soak has seen: a fault or a transition that never occurred was never tested. */
import { TRANSITIONS } from '../../src/core/orders/transitions.ts';
import { ORDER_STATES } from '../../src/core/domain/order.ts';
import { FAULT_IDS, FAULTS, type FaultId } from './faults.ts';
import type { SimulationResult } from './simulation.ts';
import { USUAL_IDS } from './switchedOff.ts';

/** Counts that may be added up over runs and processes; plain data. */
export interface Coverage {
  seeds: number;
  virtualMs: number;
  orders: number;
  steps: number;
  readonly faults: Record<string, number>;
  readonly transitions: Record<string, number>;
}

export function noCoverage(): Coverage {
  return { seeds: 0, virtualMs: 0, orders: 0, steps: 0, faults: {}, transitions: {} };
}

export function addResult(sum: Coverage, result: SimulationResult): void {
  const { virtualMs, ordersSent, steps, faults, transitions } = result;
  sum.seeds += 1;
  sum.virtualMs += virtualMs;
  sum.orders += ordersSent;
  sum.steps += steps;
  for (const [id, count] of faults) sum.faults[id] = (sum.faults[id] ?? 0) + count;
  for (const [name, count] of transitions)
    sum.transitions[name] = (sum.transitions[name] ?? 0) + count;
}

export function addCoverage(sum: Coverage, more: Coverage): void {
  sum.seeds += more.seeds;
  sum.virtualMs += more.virtualMs;
  sum.orders += more.orders;
  sum.steps += more.steps;
  for (const part of ['faults', 'transitions'] as const)
    for (const [name, count] of Object.entries(more[part]))
      sum[part][name] = (sum[part][name] ?? 0) + count;
}

/** Every legal transition, as `FROM→TO`. */
function legalTransitions(): string[] {
  return ORDER_STATES.flatMap((from) => TRANSITIONS[from].map((to) => `${from}→${to}`));
}

/** What should have occurred and did not. Transitions need all that may usually happen. */
export function missingFrom({ faults, transitions }: Coverage, ids: readonly FaultId[]): string[] {
  const isWhole = USUAL_IDS.every((id) => ids.includes(id));
  return [
    ...ids.filter((id) => (faults[id] ?? 0) === 0),
    ...(isWhole ? legalTransitions() : []).filter((name) => (transitions[name] ?? 0) === 0),
  ];
}

/** The table for people. */
export function coverageTable({ faults, transitions }: Coverage): string {
  const rows = FAULT_IDS.map((id) => row(id, faults[id] ?? 0, FAULTS[id].words));
  const moves = legalTransitions().map((name) => row(name, transitions[name] ?? 0, ''));
  return ['fault', ...rows, '', 'transition', ...moves].join('\n');
}

function row(name: string, count: number, words: string): string {
  return `  ${name.padEnd(24)} ${String(count).padStart(9)}  ${words}`.trimEnd();
}
