/** All commands and the options that hold for each of them. */
import { Command } from 'commander';
import { addBacktest } from './commands/backtest.ts';
import { addConfig } from './commands/config.ts';
import { addData } from './commands/data.ts';
import { addFills } from './commands/fills.ts';
import { addLogs } from './commands/logs.ts';
import { addOrders } from './commands/orders.ts';
import { addPause } from './commands/pause.ts';
import { addPositions } from './commands/positions.ts';
import { addReload } from './commands/reload.ts';
import { addRestart } from './commands/restart.ts';
import { addSignals } from './commands/signals.ts';
import { addSim } from './commands/sim.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addStop } from './commands/stop.ts';
import { addVersion } from './commands/version.ts';
import { addWhy } from './commands/why.ts';
import { DEFAULT_CONFIG, type Context } from './context.ts';

const COMMANDS = [
  addStart,
  addStop,
  addRestart,
  addReload,
  addStatus,
  addPause,
  addLogs,
  addOrders,
  addFills,
  addPositions,
  addWhy,
  addSignals,
  addConfig,
  addSim,
  addBacktest,
  addData,
  addVersion,
];

const EXIT_CODES = `
Exit codes: 0 ok, 1 failed, 2 wrong usage or not found, 3 no daemon runs, 4 configuration, 5 timeout, 6 refused for safety,
130 interrupted.`;

export function buildProgram(context: Context): Command {
  const { app, io } = context;
  const program = new Command('plimsoll')
    .description('A self-hosted trading daemon: YAML strategies, play money unless you insist.')
    .version(`plimsoll ${app.version}`, '-V, --version', 'print the version')
    .option(
      '-c, --config <file>',
      'configuration file',
      io.env['PLIMSOLL_CONFIG'] ?? DEFAULT_CONFIG,
    )
    .option('--no-color', 'no colours')
    .option('--no-input', 'ask nothing; fail where an answer is needed')
    .option('-v, --verbose', 'show where errors come from')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => {
        io.out(text);
      },
      writeErr: (text) => {
        io.err(text);
      },
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('Run with --help for what there is.')
    .exitOverride();
  for (const add of COMMANDS) add(program, context);
  return program;
}
