/** Operations per second through the simulated exchange's engine alone. */
import { runChild } from '../child.ts';
import type { MatchingCase, MatchingFigures } from '../children/matching.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import type { BenchRun, Group } from '../run.ts';
import { median, type Cost } from '../statistics.ts';

const AIM_PER_S = 500_000;

export const matchingGroup: Group = {
  name: 'matching',
  summary: 'operations per second through the simulated exchange’s engine',
  run: async (run) => [await matchingTable(run)],
};

async function matchingTable(run: BenchRun): Promise<Table> {
  const figures: Figure[] = [];
  for (const book of ['thin', 'deep'] as const) {
    for (const checked of [false, true]) figures.push(await figureOf(run, book, checked));
  }
  return {
    title: 'matching: the simulated exchange’s engine, four accounts on one market',
    figures,
    remarks: [
      'An operation is an order that rests (60 %), a cancel (30 %) or an order that takes (10 %, worth up to five resting ones, or three in a deep book);',
      'funds are locked, fees taken, client ids kept unique, orders and trades remembered. One core, in process, no protocol.',
      'CPU: of the whole process, with the threads of the garbage collector. Main thread: without them. Wall: on a shared machine, the neighbours are in it.',
    ],
  };
}

async function figureOf(
  run: BenchRun,
  book: MatchingCase['book'],
  checked: boolean,
): Promise<Figure> {
  const what = `${book} book, ${checked ? 'checked after every call' : 'unchecked'}`;
  run.progress(what);
  const operations = run.isQuick ? 300_000 : 2_000_000;
  const rounds = run.isQuick ? 2 : 5;
  const request: MatchingCase = { operations, rounds, checked, book };
  const { costs, trades, open } = (await runChild('matching', request)) as MatchingFigures;
  const perSOf = (ms: (cost: Cost) => number): number =>
    (operations / median(costs.map(ms))) * 1_000;
  const perS = perSOf(({ cpuMs }) => cpuMs);
  const perThreadS = perSOf(({ threadMs }) => threadMs ?? Number.NaN);
  const all = operations * (rounds + 1);
  return {
    name: `exchange engine operations/s, ${what}`,
    value: grouped(perS),
    unit: 'operations/s of CPU',
    how: `median of ${rounds} × ${grouped(operations)}; ${grouped(perThreadS)} per s of the main thread, ${grouped(perSOf(({ wallMs }) => wallMs))} per s of wall; ${(trades / all).toFixed(2)} trades each; ${grouped(open)} orders open`,
    ...(!checked &&
      book === 'thin' && { aim: { text: `≥ ${grouped(AIM_PER_S)}/s`, isMet: perS >= AIM_PER_S } }),
  };
}
