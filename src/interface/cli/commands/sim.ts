import { InvalidArgumentError } from 'commander';
import type { RunningSimulator, SimulatorRequest } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { errPainter, printJson, type Context, type GlobalOptions } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt, pause } from '../interrupt.ts';
import { duration, DURATION_MS_MAX, positive, whole } from '../parse.ts';
import { printLines } from '../print.ts';
import { Screen } from '../render/screen.ts';
import { recipeLines, summaryLines } from '../render/simText.ts';
import { printable } from '../render/text.ts';

interface SimOptions extends GlobalOptions, SimulatorRequest {
  /** Milliseconds. */
  readonly for?: number;
  readonly json?: boolean;
}

const SUMMARY_INTERVAL_MS = 1_000;
const SEED_MAX = 2 ** 32 - 1;
const SPEED_MAX = 3_600;
const PORT_MAX = 65_535;
const REMARKS_MAX = 5;

export const addSim: AddCommand = async (program, context) => {
  const by = await (await context.load()).simulationDefaults();
  const says = (words: string, fallback: string): string => `${words} (default: ${fallback})`;
  const command = program
    .command('sim')
    .description('the simulated exchange alone, for unmodified ccxt; runs until Ctrl-C')
    .option('--venue <name>', says('whose words it speaks: binance or okx', by.venue))
    .option(
      '--seed <number>',
      says('seed of the market, of latency and of faults; a kept world has its own', by.seed),
      whole(0, SEED_MAX),
    )
    .option(
      '--market <regime|file...>',
      says(
        'a regime of the seeded market, or recorded candles, trades and quotes; BTC/USDT=FILE names the symbol',
        by.market,
      ),
    )
    .option('--strict', 'refuse recorded files with gaps')
    .option(
      '--correlation <number>',
      says('of the seeded symbols with each other, from 0 to 1', by.correlation),
      fraction,
    )
    .option('--balance <asset=amount...>', says('play money of a new world', by.balance))
    .option(
      '--fee-asset <asset/quote=price>',
      says('asset fees are paid in while there is enough, as BNB/USDT=600', by.feeAsset),
    )
    .option(
      '--speed <factor>',
      says('market seconds per second, or max, or paused', by.speed),
      speed,
    )
    .option('--latency <profile>', says('none, lan, home or slow', by.latency))
    .option('--faults <file>', says('fault rules and conditions, YAML or JSON', by.faults))
    .option(
      '--port <port>',
      says('TCP port on loopback; 0 takes a free one', by.port),
      whole(0, PORT_MAX),
    )
    .option(
      '--control-port <port>',
      says('the same for the control API', by.controlPort),
      whole(0, PORT_MAX),
    )
    .option('--state <folder>', says('keep the world there and go on with it next time', by.state))
    .option('--for <time>', 'end after this long, e.g. 45s', duration)
    .option('--json', 'where it listens as JSON on stdout');
  onRun<SimOptions>(command, context, ({ options }) => simulate(context, options));
};

function fraction(text: string): number {
  const value = /^\d+(\.\d+)?$/u.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Write a number from 0 to 1.');
}

function speed(text: string): number | 'max' | 'paused' {
  if (text === 'max' || text === 'paused') return text;
  try {
    return positive(SPEED_MAX)(text);
  } catch {
    throw new InvalidArgumentError(
      `Write a number above 0, at most ${SPEED_MAX}, or "max", or "paused".`,
    );
  }
}

async function simulate(context: Context, options: SimOptions): Promise<ExitCode> {
  const { app, io } = context;
  const interrupt = onInterrupt(io);
  const simulator = await app.simulate(options);
  if (options.json === true) printJson(io, card(simulator));
  else printLines(context, recipeLines(simulator));
  remark(context, options, simulator.remarks);
  const screen = new Screen({
    ...io,
    out: (text) => {
      io.err(text);
    },
  });
  const endMs = performance.now() + (options.for ?? DURATION_MS_MAX);
  let seen = 0;
  while (!interrupt.seen() && performance.now() < endMs) {
    if (io.errIsTerminal) {
      const summary = simulator.summary();
      screen.paint(summaryLines(summary, summary.requests - seen));
      seen = summary.requests;
    }
    await pause(Math.min(SUMMARY_INTERVAL_MS, Math.max(0, endMs - performance.now())), interrupt);
  }
  interrupt.release();
  await simulator.close();
  return EXIT.ok;
}

function remark(context: Context, options: SimOptions, remarks: readonly string[]): void {
  const note = errPainter(context, options).warn('note:');
  for (const text of remarks.slice(0, REMARKS_MAX)) context.io.err(`${note} ${printable(text)}\n`);
  const more = remarks.length - REMARKS_MAX;
  if (more > 0) context.io.err(`${note} and ${more} more\n`);
}

/** What a program needs to reach it. */
function card(simulator: RunningSimulator): Readonly<Record<string, unknown>> {
  return {
    pid: process.pid,
    venue: simulator.venue,
    http_url: simulator.httpUrl,
    ws_url: simulator.wsUrl,
    control_url: simulator.controlUrl,
    control_token: simulator.controlToken,
    api_key: simulator.apiKey,
    api_secret: simulator.apiSecret,
    passphrase: simulator.passphrase,
  };
}
