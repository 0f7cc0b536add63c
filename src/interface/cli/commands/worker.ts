import { availableParallelism } from 'node:os';
import { onRun, type AddCommand } from '../command.ts';
import type { Context, GlobalOptions } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt, pause } from '../interrupt.ts';
import { whole } from '../parse.ts';
import { redisUrlOf } from '../redisUrl.ts';
import { printable } from '../render/text.ts';

interface WorkerOptions extends GlobalOptions {
  readonly redis: string | true;
  readonly jobs: number;
}

const JOBS_MAX = 256;
/** How often it says how many it has done. */
const SAY_EVERY_MS = 60_000;

export const addWorker: AddCommand = (program, context) => {
  const command = program
    .command('worker')
    .description(
      'run trials of searches that were begun elsewhere with --redis; needs no configuration and no data',
    )
    .requiredOption('--redis [url]', 'where searches and workers meet (default: REDIS_URL)')
    .option('--jobs <number>', 'worker threads', whole(1, JOBS_MAX), availableParallelism());
  onRun<WorkerOptions>(command, context, ({ options }) => run(context, options));
};

async function run(context: Context, options: WorkerOptions): Promise<ExitCode> {
  const { app, io } = context;
  const { jobs, redis } = options;
  const say = (text: string): void => {
    io.err(`${printable(text)}\n`);
  };
  const interrupt = onInterrupt(io);
  const worker = await app.work({ url: redisUrlOf(redis, io), threads: jobs, onRemark: say });
  say(`joined with ${jobs} ${jobs === 1 ? 'thread' : 'threads'}; Ctrl-C leaves`);
  let told = 0;
  try {
    while (!interrupt.seen()) {
      await pause(SAY_EVERY_MS, interrupt);
      if (!interrupt.seen() && worker.done > told) say(`${worker.done} trials done`);
      told = worker.done;
    }
  } finally {
    await worker.close();
    interrupt.release();
  }
  say(`left after ${worker.done} trials`);
  return EXIT.ok;
}
