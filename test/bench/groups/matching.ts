/** Operations per second through the simulated exchange's engine alone. */
import { runChild } from '../child.ts';
import type { MatchingCase, MatchingFigures } from '../children/matching.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import type { BenchRun, Group } from '../run.ts';
import { median } from '../statistics.ts';

const AIM_PER_S = 500_000;

export const matchingGroup: Group = {
  name: 'matching',
  summary: 'operations per second through the simulated exchange’s engine',
  run: async (run) => [await matchingTable(run)],
};

async function matchingTable(run: BenchRun): Promise<Table> {
  const bare = await figureOf(run, false);
  const checked = await figureOf(run, true);
  return {
    title: 'matching: the simulated exchange’s engine, four accounts on one market',
    figures: [bare, checked],
    remarks: [
      'An operation is an order that rests (60 %), a cancel (30 %) or an order that takes (10 %, worth up to five resting ones);',
      'funds are locked, fees taken, client ids kept unique, orders and trades remembered. One core, in process, no protocol.',
    ],
  };
}

async function figureOf(run: BenchRun, checked: boolean): Promise<Figure> {
  const what = checked ? 'checked after every call' : 'unchecked';
  run.progress(what);
  const operations = run.isQuick ? 300_000 : 2_000_000;
  const rounds = run.isQuick ? 2 : 5;
  const request: MatchingCase = { operations, rounds, checked };
  const { costs, trades, open } = (await runChild('matching', request)) as MatchingFigures;
  const perS = (operations / median(costs.map(({ cpuMs }) => cpuMs))) * 1_000;
  const all = operations * (rounds + 1);
  return {
    name: `exchange engine operations/s, ${what}`,
    value: grouped(perS),
    unit: 'operations/s of CPU',
    how: `median of ${rounds} × ${grouped(operations)}; ${(trades / all).toFixed(2)} trades each; ${grouped(open)} orders open`,
    ...(!checked && { aim: { text: `≥ ${grouped(AIM_PER_S)}/s`, isMet: perS >= AIM_PER_S } }),
  };
}
