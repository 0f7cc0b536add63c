/** Public trades per second: through the engine alone, and from a socket to the strategies. */
import { join } from 'node:path';
import { Child, runChild } from '../child.ts';
import type { EngineCase, EngineFigures } from '../children/engine.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import { ROOT, withFolder, type BenchRun, type Group } from '../run.ts';
import { median, type Cost } from '../statistics.ts';
import { floodSize } from '../stubFlood.ts';
import type { BotFigures, BotRequest, ExchangeReady, FloodAnswer } from '../wire.ts';

const AIM_PER_S = 100_000;
const FLOOD_TIMEOUT_MS = 120_000;

export const ticksGroup: Group = {
  name: 'ticks',
  summary: 'trades per second through the engine, and from socket to strategy',
  run: async (run) => [await ticksTable(run)],
};

async function ticksTable(run: BenchRun): Promise<Table> {
  const socket = await socketFigures(run);
  const engine = await engineFigures(run);
  return {
    title: 'ticks: public trades, four strategies on one market or three on three',
    figures: [...socket, ...engine],
    remarks: [
      'Socket: Binance trade frames of three markets, written in blocks by a process of its own as fast as they are taken;',
      'ccxt connection, JSON.parse, feed, inbox, session, engine with an armed strategy per market. Aim: by processor time.',
    ],
  };
}

async function socketFigures(run: BenchRun): Promise<readonly Figure[]> {
  run.progress('from the socket');
  const frames = floodSize(run.isQuick ? 200_000 : 1_000_000);
  const rounds = run.isQuick ? 2 : 5;
  return withFolder(async (folder) => {
    const exchange = new Child('exchange', {});
    try {
      const { port } = (await exchange.answer()) as ExchangeReady;
      const request: BotRequest = {
        port,
        folder,
        queue: { backend: 'direct' },
        strategies: 'watch',
      };
      const bot = new Child('bot', request);
      try {
        await bot.answer();
        const flooded = await floods({ exchange, bot, frames, rounds });
        const steady = await floods({ exchange, bot, frames, rounds: 1, perS: AIM_PER_S });
        await bot.ask({ kind: 'stop' });
        return [...floodSummary(frames, flooded), ...steadySummary(steady)];
      } finally {
        await bot.end();
      }
    } finally {
      await exchange.end();
    }
  });
}

interface Flooding {
  readonly exchange: Child;
  readonly bot: Child;
  readonly frames: number;
  readonly rounds: number;
  /** Absent: as fast as they are read. */
  readonly perS?: number;
}

/** What the bot did in each round; the first one, in which code is compiled, is left out. */
async function floods({ exchange, bot, rounds, ...offered }: Flooding): Promise<BotFigures[]> {
  const { frames } = offered;
  const figures: BotFigures[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    await bot.ask({ kind: 'mark' });
    const sending = exchange.ask({ kind: 'flood', ...offered }) as Promise<FloodAnswer>;
    const handling = bot.ask({ kind: 'handled', events: frames, timeoutMs: FLOOD_TIMEOUT_MS });
    const [figure] = [(await handling) as BotFigures, await sending];
    if (round > 0) figures.push(figure);
  }
  return figures;
}

function steadySummary(rounds: readonly BotFigures[]): readonly Figure[] {
  return rounds.map(({ handled, dropped, cpuMs, wallMs }) => ({
    name: `socket → strategy, ${grouped(AIM_PER_S)}/s offered`,
    value: grouped((handled / wallMs) * 1_000),
    unit: 'ticks/s',
    how: `${((100 * cpuMs) / wallMs).toFixed(0)} % of one core; ${share(dropped, handled)} dropped by the inbox`,
  }));
}

const share = (dropped: number, handled: number): string =>
  `${((100 * dropped) / (dropped + handled)).toFixed(1)} %`;

function floodSummary(frames: number, rounds: readonly BotFigures[]): readonly Figure[] {
  const perS = (rate: (round: BotFigures) => number): number => median(rounds.map(rate)) * 1_000;
  const perCpuS = perS(({ handled, cpuMs }) => handled / cpuMs);
  const [handled, dropped] = [sum(rounds, 'handled'), sum(rounds, 'dropped')];
  return [
    {
      name: 'socket → inbox, by processor time',
      value: grouped(perS((round) => (round.handled + round.dropped) / round.cpuMs)),
      unit: 'ticks/s of CPU',
      how: `median of ${rounds.length} × ${grouped(frames)} frames, those that the inbox drops included`,
    },
    {
      name: 'socket → strategy, by processor time',
      value: grouped(perCpuS),
      unit: 'ticks/s of CPU',
      how: `the same runs; ${share(dropped, handled)} dropped by the inbox`,
      aim: { text: '≥ 100 000/s', isMet: perCpuS >= AIM_PER_S },
    },
    {
      name: 'socket → strategy, by wall time',
      value: grouped(perS((round) => round.handled / round.wallMs)),
      unit: 'ticks/s',
      how: 'the same runs, sender and neighbours included',
    },
    {
      name: 'socket → strategy, memory',
      value: median(rounds.map(({ rssMib }) => rssMib)).toFixed(0),
      unit: 'MiB',
      how: 'RSS at the end of a round',
    },
  ];
}

const sum = (rounds: readonly BotFigures[], name: 'handled' | 'dropped'): number =>
  rounds.reduce((total, round) => total + round[name], 0);

async function engineFigures(run: BenchRun): Promise<readonly Figure[]> {
  run.progress('through the engine alone');
  const trades = run.isQuick ? 1_000_000 : 5_000_000;
  const strategyFile = join(ROOT, 'strategies/trend-eth.yaml');
  const rounds = run.isQuick ? 2 : 5;
  const answer = await runChild('engine', { strategyFile, trades, rounds } satisfies EngineCase);
  const { step, session, inbox } = answer as EngineFigures;
  const figure = (name: string, costs: readonly Cost[]): Figure => ({
    name,
    value: (trades / median(costs.map(({ cpuMs }) => cpuMs)) / 1_000).toFixed(2),
    unit: 'M ticks/s of CPU',
    how: `median of ${costs.length} × ${grouped(trades)} trades, 4 armed strategies`,
  });
  return [
    figure('engine step alone', step),
    figure('session (step, journal when needed)', session),
    figure('inbox and session', inbox),
  ];
}
