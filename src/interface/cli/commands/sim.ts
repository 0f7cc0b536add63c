import type { RunningSimulator, SimulatorRequest } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt, pause } from '../interrupt.ts';
import { duration, DURATION_MS_MAX, positive, whole } from '../parse.ts';
import { printLines } from '../print.ts';
import { Screen } from '../render/screen.ts';
import { printable } from '../render/text.ts';

interface SimOptions extends GlobalOptions {
  readonly replay?: string;
  readonly symbol?: string;
  readonly seed?: number;
  readonly speed?: number;
  readonly port?: number;
  readonly state?: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly json?: boolean;
}

const SUMMARY_INTERVAL_MS = 1_000;
const SEED_MAX = 2 ** 32 - 1;
const SPEED_MAX = 100_000;
const PORT_MAX = 65_535;

export const addSim: AddCommand = (program, context) => {
  const command = program
    .command('sim')
    .description('the simulated exchange alone, for unmodified ccxt; runs until Ctrl-C')
    .option('--replay <file>', 'replay recorded candles or trades instead of the seeded market')
    .option('--symbol <symbol>', 'the market that is replayed, e.g. BTC/USDT')
    .option('--seed <number>', 'seed of the market', whole(0, SEED_MAX))
    .option('--speed <factor>', 'market seconds per second', positive(SPEED_MAX))
    .option('--port <port>', 'TCP port on loopback; 0 takes a free one', whole(0, PORT_MAX))
    .option('--state <folder>', 'keep the world there and go on with it next time')
    .option('--for <time>', 'end after this long, e.g. 45s', duration)
    .option('--json', 'where it listens as JSON on stdout');
  onRun<SimOptions>(command, context, ({ options }) => simulate(context, options));
};

async function simulate(context: Context, options: SimOptions): Promise<ExitCode> {
  const { app, io } = context;
  const interrupt = onInterrupt(io);
  const simulator = await app.simulate(requestOf(options));
  const { httpUrl, wsUrl, apiKey, apiSecret } = simulator;
  if (options.json === true) {
    printJson(io, {
      pid: process.pid,
      http_url: httpUrl,
      ws_url: wsUrl,
      api_key: apiKey,
      api_secret: apiSecret,
    });
  } else printLines(context, recipe(simulator));
  const screen = new Screen({
    ...io,
    out: (text) => {
      io.err(text);
    },
  });
  const endMs = performance.now() + (options.for ?? DURATION_MS_MAX);
  while (!interrupt.seen() && performance.now() < endMs) {
    if (io.errIsTerminal) screen.paint([printable(simulator.summary())]);
    await pause(Math.min(SUMMARY_INTERVAL_MS, Math.max(0, endMs - performance.now())), interrupt);
  }
  interrupt.release();
  await simulator.close();
  return EXIT.ok;
}

function requestOf({ replay, symbol, seed, speed, port, state }: SimOptions): SimulatorRequest {
  return {
    ...(replay !== undefined && { replay }),
    ...(symbol !== undefined && { symbol }),
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
    ...(port !== undefined && { port }),
    ...(state !== undefined && { stateDir: state }),
  };
}

/** Play money: the key is worth nothing, so it may be shown. */
function recipe({ httpUrl, wsUrl, apiKey, apiSecret }: RunningSimulator): string[] {
  return [
    `The simulated exchange speaks Binance spot on ${httpUrl} and ${wsUrl}. To use it with ccxt:`,
    '',
    "  import ccxt from 'ccxt';",
    '  class Simulated extends ccxt.pro.binance {',
    '    getExceptionsByUrl(url, key) {',
    "      return this.safeDict(this.safeDict(this.exceptions, 'spot', {}), key, {});",
    '    }',
    '  }',
    '  const exchange = new Simulated({',
    `    apiKey: '${apiKey}',`,
    `    secret: '${apiSecret}',`,
    "    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, fetchMargins: false, fetchCurrencies: false },",
    '  });',
    '  exchange.urls.api = {',
    `    public: '${httpUrl}/api/v3', private: '${httpUrl}/api/v3', sapi: '${httpUrl}/sapi/v1',`,
    `    ws: { spot: '${wsUrl}/stream/ws', 'ws-api': { spot: '${wsUrl}/ws-api/v3' } },`,
    '  };',
    '  await exchange.loadHttpProxyAgent();',
    '',
    'Ctrl-C ends it.',
  ];
}
