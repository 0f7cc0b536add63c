/** `npm run proof -- optimisers`: what takes too long for a test, with its table. */
import { METHODS } from '../../src/core/search/methods.ts';
import { PROBLEMS } from './problems.ts';
import { race } from './race.ts';

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

const COMMANDS: Readonly<Record<string, () => boolean>> = { optimisers };

const [name = ''] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  console.error(`Write one of: ${Object.keys(COMMANDS).join(', ')}`);
  process.exitCode = 2;
} else if (!command()) process.exitCode = 1;
