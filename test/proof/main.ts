/** `npm run proof -- optimisers|verdicts`: what takes too long for a test, with its table. */
import { METHODS } from '../../src/core/search/methods.ts';
import { PROBLEMS } from './problems.ts';
import { race } from './race.ts';
import { shareCalled } from './verdicts.ts';
import { EDGES, NOISE } from './worlds.ts';

const SEEDS = 50;

function optimisers(): boolean {
  console.log(
    `Median distance from the least value over ${SEEDS} seeds; seeds won against random search.\n`,
  );
  console.log('| Problem | Budget | ' + METHODS.join(' | ') + ' |');
  console.log('|---|---:|' + METHODS.map(() => '---:|').join(''));
  let isBetter = true;
  for (const problem of PROBLEMS) {
    const standings = race(problem, METHODS, SEEDS);
    const cells = standings.map(({ regret, wins }) => `${regret.toPrecision(3)} (${wins})`);
    console.log(`| ${problem.name} | ${problem.budget} | ${cells.join(' | ')} |`);
    for (const { method, wins } of standings)
      if (method !== 'random' && method !== 'grid') isBetter &&= wins > SEEDS / 2;
  }
  return isBetter;
}

/** Searches per world; the level that the verdict states, and what of an edge should be found. */
const NOISE_SEARCHES = 500;
const EDGE_SEARCHES = 200;
const TRIALS = 40;
const LEVEL_MAX = 0.05;
const FOUND_MIN = 0.8;

async function verdicts(): Promise<boolean> {
  console.log(
    `Searches of ${TRIALS} trials by tpe over four years of daily returns; true annual Sharpe ratio of an edge 1.5.\n`,
  );
  console.log('| World | Searches | "Distinguishable from chance" |');
  console.log('|---|---:|---:|');
  let isSound = true;
  for (const world of [...NOISE, ...EDGES]) {
    const isNoise = NOISE.includes(world);
    const seeds = isNoise ? NOISE_SEARCHES : EDGE_SEARCHES;
    const share = await shareCalled(world, seeds, TRIALS);
    console.log(`| ${world.name} | ${seeds} | ${(share * 100).toFixed(1)} % |`);
    isSound &&= isNoise ? share <= LEVEL_MAX : share >= FOUND_MIN;
  }
  return isSound;
}

const COMMANDS: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  optimisers,
  verdicts,
};

const [name = ''] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  console.error(`Write one of: ${Object.keys(COMMANDS).join(', ')}`);
  process.exitCode = 2;
} else if (!(await command())) process.exitCode = 1;
