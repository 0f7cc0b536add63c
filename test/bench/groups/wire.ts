/** Websocket frame in → order bytes out, over real sockets, for each queue backend. */
import { Child } from '../child.ts';
import { grouped, type Aim, type Figure, type Table } from '../report.ts';
import { withFolder, type BenchRun, type Group } from '../run.ts';
import { quantile } from '../statistics.ts';
import { withRedis } from '../redis.ts';
import type { BotFigures, BotRequest, ExchangeReady, PaceAnswer, PaceRequest } from '../wire.ts';

const AIM_REDIS_MS = 3;
const AIM_EMBEDDED_MS = 6;
/** Between two frames: an order and its fill are through before the next. */
const INTERVAL_MS = 40;

type Queue = BotRequest['queue'];

export const wireGroup: Group = {
  name: 'wire',
  summary: 'websocket frame in → order bytes out, for both queue backends',
  run: async (run) => [await wireTable(run)],
};

async function wireTable(run: BenchRun): Promise<Table> {
  const figures = [...(await floorFigures(run)), ...(await botFigures(run, { backend: 'direct' }))];
  figures.push(...(await botFigures(run, { backend: 'embedded' }, AIM_EMBEDDED_MS)));
  const redis = await withRedis((url) => botFigures(run, { backend: 'redis', url }, AIM_REDIS_MS));
  figures.push(...(redis ?? [skipped]));
  return {
    title: 'wire: closed bar on a websocket → POST received, loopback sockets',
    figures,
    remarks: [
      'Both stamps are taken by the stub exchange in its own process: before the frame goes to its socket, when the request has come.',
      'Between them: ccxt feed, inbox, signal engine, strategy, risk, SQLite journal (synchronous=FULL), queue, a second commit, ccxt signing, HTTP.',
      `One bar every ${INTERVAL_MS} ms; each order is filled at once. Scheduling on a busy machine is in it: the bare client shows how much.`,
    ],
  };
}

async function floorFigures(run: BenchRun): Promise<readonly Figure[]> {
  run.progress('bare client');
  const exchange = new Child('exchange', {});
  try {
    const { port } = (await exchange.answer()) as ExchangeReady;
    const client = new Child('floor', { port });
    try {
      await client.answer();
      const answer = await paced(exchange, run);
      return [latencyFigure('bare client: ws, JSON.parse, http', answer)];
    } finally {
      await client.end();
    }
  } finally {
    await exchange.end();
  }
}

async function botFigures(run: BenchRun, queue: Queue, aimMs?: number): Promise<readonly Figure[]> {
  run.progress(`${queue.backend} queue`);
  return withFolder(async (folder) => {
    const exchange = new Child('exchange', {});
    try {
      const { port } = (await exchange.answer()) as ExchangeReady;
      const request: BotRequest = { port, folder, queue, strategies: 'orders' };
      const bot = new Child('bot', request);
      try {
        return await measure(run, { exchange, bot, name: NAMES[queue.backend] }, aimMs);
      } finally {
        await bot.end();
      }
    } finally {
      await exchange.end();
    }
  });
}

const NAMES: Record<Queue['backend'], string> = {
  direct: 'direct queue (in memory, for comparison)',
  embedded: 'BullMQ embedded',
  redis: 'BullMQ on Redis',
};

async function measure(
  run: BenchRun,
  { exchange, bot, name }: { readonly exchange: Child; readonly bot: Child; readonly name: string },
  aimMs: number | undefined,
): Promise<readonly Figure[]> {
  await bot.answer();
  await bot.ask({ kind: 'mark' });
  const answer = await paced(exchange, run);
  const { cpuMs, orders, rssMib } = (await bot.ask({ kind: 'figures' })) as BotFigures;
  await bot.ask({ kind: 'stop' });
  return [
    latencyFigure(name, answer, aimMs),
    {
      name: `${name}: processor time`,
      value: (cpuMs / orders).toFixed(2),
      unit: 'ms/order',
      how: `whole process with its threads, over ${grouped(orders)} orders; RSS ${rssMib.toFixed(0)} MiB`,
    },
  ];
}

/** A first part that is thrown away, then the one that counts. */
async function paced(exchange: Child, run: BenchRun): Promise<PaceAnswer> {
  const request = (frames: number): PaceRequest => ({
    kind: 'pace',
    frames,
    intervalMs: INTERVAL_MS,
  });
  await exchange.ask(request(run.isQuick ? 50 : 200));
  return (await exchange.ask(request(run.isQuick ? 200 : 1_000))) as PaceAnswer;
}

function latencyFigure(name: string, answer: PaceAnswer, aimMs?: number): Figure {
  const { latenciesMs, unanswered } = answer;
  const p50 = quantile(latenciesMs, 0.5);
  const aim: Aim | undefined =
    aimMs === undefined ? undefined : { text: `p50 ≤ ${aimMs} ms`, isMet: p50 <= aimMs };
  return {
    name,
    value: `${p50.toFixed(2)} / ${quantile(latenciesMs, 0.99).toFixed(2)}`,
    unit: 'ms p50/p99',
    how: `${grouped(latenciesMs.length)} orders${unanswered > 0 ? `, ${unanswered} frames unanswered` : ''}`,
    ...(aim && { aim }),
  };
}

const skipped: Figure = {
  name: NAMES.redis,
  value: 'skipped',
  unit: '',
  how: 'no redis-server on PATH and PLIMSOLL_TEST_REDIS_URL is not set',
};
