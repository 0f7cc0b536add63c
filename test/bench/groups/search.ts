/** Trials per second of a search on one worker thread and on two, and what the search itself costs. */
import { openSearch, type SearchPlan } from '../../../src/compose/searchPlan.ts';
import { trialThreads } from '../../../src/compose/trialPool.ts';
import { METHODS, searchBy, type Method } from '../../../src/core/search/methods.ts';
import { searchFiles } from '../../builders/searchFiles.ts';
import { grouped, type Figure } from '../report.ts';
import { withFolder, type BenchRun, type Group } from '../run.ts';

const AIM_TIMES = 1.6;
const AIM_MS = 1;
const BARS = 100_000;
/** Trials of the search's own cost. */
const TOLD = 500;
const MIB = 1024 ** 2;

export const searchGroup: Group = {
  name: 'search',
  summary: 'trials per second on 1 and 2 worker threads, and what a search itself costs per trial',
  run: (run) =>
    withFolder(async (folder) => {
      const bars = run.isQuick ? BARS / 10 : BARS;
      const plan = openSearch(searchFiles(folder, bars));
      const figures = [
        ...(await threadFigures(run, plan)),
        ...METHODS.map((method) => costFigure(plan, method)),
      ];
      const title = `search: trend strategy on ${grouped(bars)} 1h bars, 3 parameters`;
      const remarks = [
        'Trials per second by the wall; threads are warm. Where others use the cores, two threads are less than twice one.',
        'Memory is that of the whole process, which all threads share the recording with.',
      ];
      return [{ title, figures, remarks }];
    }),
};

interface Rate {
  readonly perSecond: number;
  readonly megabytes: number;
}

async function threadFigures(run: BenchRun, plan: SearchPlan): Promise<Figure[]> {
  const trials = run.isQuick ? 12 : 40;
  const before = process.memoryUsage().rss / MIB;
  run.progress('one thread');
  const one = await rateOn(plan, 1, trials);
  run.progress('two threads');
  const two = await rateOn(plan, 2, trials);
  const times = two.perSecond / one.perSecond;
  const how = `${String(trials)} trials`;
  const perThread = Math.max(0, two.megabytes - one.megabytes);
  return [
    { name: 'on one thread', value: one.perSecond.toFixed(2), unit: 'trials/s', how },
    { name: 'on two threads', value: two.perSecond.toFixed(2), unit: 'trials/s', how },
    {
      ...{ name: 'two over one', value: times.toFixed(2), unit: '×', how: 'of these' },
      aim: { text: `≥ ${String(AIM_TIMES)}`, isMet: times >= AIM_TIMES },
    },
    { name: 'memory before', value: before.toFixed(0), unit: 'MiB', how: 'resident' },
    {
      name: 'memory of one more thread',
      value: perThread.toFixed(0),
      unit: 'MiB',
      how: 'resident',
    },
  ];
}

async function rateOn(
  { setup, space, part }: SearchPlan,
  threads: number,
  trials: number,
): Promise<Rate> {
  const pool = trialThreads(setup, threads);
  const random = searchBy('random', space, { seed: 1, trials: trials + threads });
  const task = (): Parameters<typeof pool.run>[1] => ({
    ...{ params: random.ask()?.assignment ?? {}, fromMs: part.from, toMs: part.to },
    ...{ warmFromMs: part.from, closeAtEnd: false, feeFactor: 1, slippageFactor: 1 },
  });
  try {
    const warm = Array.from({ length: threads }, (_, at) => pool.run(`warm-${String(at)}`, task()));
    await Promise.all(warm);
    const began = performance.now();
    await Promise.all(Array.from({ length: trials }, (_, at) => pool.run(String(at), task())));
    const perSecond = (trials * 1000) / (performance.now() - began);
    return { perSecond, megabytes: process.memoryUsage().rss / MIB };
  } finally {
    await pool.close();
  }
}

/** Answers are ready; they hang on the parameters as a smooth hill. */
function costFigure({ space }: SearchPlan, method: Method): Figure {
  const search = searchBy(method, space, { seed: 1, trials: TOLD });
  const losses: number[] = [];
  const began = process.cpuUsage();
  let told = 0;
  for (let trial = 0; trial < TOLD; trial += 1) {
    for (; told < search.needs; told += 1)
      search.tell({ losses: [losses[told] ?? 0], violation: 0 });
    const proposal = search.ask();
    if (!proposal) break;
    const point = space.encode(proposal.assignment);
    losses.push(point.reduce<number>((sum, each = 0) => sum + (each - 0.4) ** 2, 0));
  }
  const { user, system } = process.cpuUsage(began);
  const each = (user + system) / 1000 / losses.length;
  return {
    name: `own cost of ${method}`,
    value: each.toFixed(3),
    unit: 'ms/trial',
    how: `processor time, ${String(losses.length)} trials`,
    aim: { text: `≤ ${String(AIM_MS)} ms`, isMet: each <= AIM_MS },
  };
}
