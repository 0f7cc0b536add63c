/** The same trial with one thing changed: what bears no change was fitted to it. */
import type { Assignment, NumberParameter, Space, Value } from '../../core/search/space.ts';
import type { TrialTask } from './trial.ts';

export interface Variation {
  readonly what: string;
  readonly task: TrialTask;
}

/** Parameters are moved by this share of their value. */
const SHIFT = 0.1;
/** Shares of the span by which it begins later. */
const LATER = [0.1, 0.25] as const;

/** Fees and slippage doubled, a later start, and each number a tenth lower and higher. */
export function variationsOf(space: Space, task: TrialTask): Variation[] {
  const span = task.toMs - task.fromMs;
  return [
    { what: 'as it is', task },
    { what: 'fees × 2', task: { ...task, feeFactor: 2 } },
    { what: 'slippage × 2', task: { ...task, slippageFactor: 2 } },
    { what: 'fees and slippage × 2', task: { ...task, feeFactor: 2, slippageFactor: 2 } },
    ...LATER.map((share) => {
      const fromMs = task.fromMs + Math.floor(span * share);
      return {
        what: `begun ${percent(share)} later`,
        task: { ...task, fromMs, warmFromMs: fromMs },
      };
    }),
    ...space.parameters.flatMap((parameter) =>
      parameter.type === 'choice' ? [] : moved(parameter, task),
    ),
  ];
}

function moved(parameter: NumberParameter, task: TrialTask): Variation[] {
  const value = task.params[parameter.name];
  if (value === undefined) return [];
  return [-SHIFT, SHIFT].flatMap((share) => {
    const to = shifted(parameter, value, share);
    if (to === value) return [];
    const params: Assignment = { ...task.params, [parameter.name]: to };
    const sign = share < 0 ? '−' : '+';
    const what = `${parameter.name} ${sign}${percent(Math.abs(share))} (${String(to)})`;
    return [{ what, task: { ...task, params } }];
  });
}

/** By at least one step; whole where it is whole. The strategy's own rules judge the rest. */
function shifted({ type, unit, step }: NumberParameter, value: Value, share: number): Value {
  const number = Number(String(value).slice(0, String(value).length - unit.length));
  const least = step ?? (type === 'int' ? 1 : 0);
  const by = Math.max(Math.abs(number * share), least) * Math.sign(share);
  const steps = least > 0 ? Math.round(by / least) * least : by;
  const moved = Number((number + steps).toPrecision(6));
  return unit === '' ? moved : `${String(moved)}${unit}`;
}

function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}
