/** `npm run bench [-- name…] [--quick]`: measures and prints; nothing is asserted. */
import { parseArgs } from 'node:util';
import { CHILD_FLAG, serveParent, type ChildService } from './child.ts';
import { backtestGroup } from './groups/backtest.ts';
import { indicatorsGroup } from './groups/indicators.ts';
import { intentGroup } from './groups/intent.ts';
import { marketGroup } from './groups/market.ts';
import { matchingGroup } from './groups/matching.ts';
import { memoryGroup } from './groups/memory.ts';
import { recordingGroup } from './groups/recording.ts';
import { reportGroup } from './groups/report.ts';
import { searchGroup } from './groups/search.ts';
import { ticksGroup } from './groups/ticks.ts';
import { venueGroup } from './groups/venue.ts';
import { wireGroup } from './groups/wire.ts';
import { machineLine, tableLines } from './report.ts';
import type { Group } from './run.ts';

const GROUPS: readonly Group[] = [
  backtestGroup,
  reportGroup,
  indicatorsGroup,
  intentGroup,
  wireGroup,
  ticksGroup,
  recordingGroup,
  searchGroup,
  matchingGroup,
  marketGroup,
  venueGroup,
  memoryGroup,
];

type ChildModule = { readonly open: (request: unknown) => Promise<ChildService> };

/** What runs in a process of its own, loaded there alone. */
const CHILDREN: Readonly<Record<string, () => Promise<ChildModule>>> = {
  backtest: () => import('./children/backtest.ts'),
  bot: () => import('./children/bot.ts'),
  candles: () => import('./children/candles.ts'),
  engine: () => import('./children/engine.ts'),
  exchange: () => import('./children/exchange.ts'),
  floor: () => import('./children/floor.ts'),
  indicators: () => import('./children/indicators.ts'),
  market: () => import('./children/market.ts'),
  matching: () => import('./children/matching.ts'),
  intent: () => import('./children/intent.ts'),
  recorder: () => import('./children/recorder.ts'),
  report: () => import('./children/report.ts'),
  venue: () => import('./children/venue.ts'),
  venueClient: () => import('./children/venueClient.ts'),
};

const USAGE = [
  'usage: npm run bench [-- name…] [--quick]',
  '',
  ...GROUPS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
  '',
  '  --quick   shorter runs: to see that everything works, not to quote from',
  '',
].join('\n');

async function bench(chosen: readonly Group[], isQuick: boolean): Promise<void> {
  process.stdout.write(`Plimsoll benchmarks${isQuick ? ', quick' : ''}\n${machineLine()}\n\n`);
  for (const group of chosen) {
    const progress = (text: string): void => void process.stderr.write(`${group.name}: ${text}\n`);
    for (const table of await group.run({ isQuick, progress }))
      process.stdout.write(`${tableLines(table).join('\n')}\n`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  const unknown = positionals.filter((name) => !GROUPS.some((group) => group.name === name));
  if (values.help === true || unknown.length > 0) {
    for (const name of unknown) process.stderr.write(`there is no benchmark "${name}"\n`);
    process.stdout.write(USAGE);
    return unknown.length === 0 ? 0 : 2;
  }
  const chosen = GROUPS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  await bench(chosen, values.quick === true);
  return 0;
}

async function child(name: string, request: string): Promise<void> {
  const load = CHILDREN[name];
  if (!load) throw new Error(`no child is named ${name}`);
  const { open } = await load();
  await serveParent(() => open(JSON.parse(request)));
}

const [first, name = '', request = ''] = process.argv.slice(2);
if (first === CHILD_FLAG) await child(name, request);
else process.exitCode = await main(process.argv.slice(2));
