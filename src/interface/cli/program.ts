/** All commands and the options that hold for each of them. */
import { Command } from 'commander';
import type { AddCommand } from './command.ts';
import { DEFAULT_CONFIG, type Context } from './context.ts';

/** Commands of one file, by name, and the file: it is only read for one of them, or for help on all. */
interface CommandFile {
  readonly names: readonly string[];
  readonly load: () => Promise<AddCommand>;
}

const COMMANDS: readonly CommandFile[] = [
  { names: ['start'], load: async () => (await import('./commands/start.ts')).addStart },
  { names: ['stop'], load: async () => (await import('./commands/stop.ts')).addStop },
  { names: ['restart'], load: async () => (await import('./commands/restart.ts')).addRestart },
  { names: ['reload'], load: async () => (await import('./commands/reload.ts')).addReload },
  { names: ['status'], load: async () => (await import('./commands/status.ts')).addStatus },
  { names: ['pause', 'resume'], load: async () => (await import('./commands/pause.ts')).addPause },
  { names: ['adopt'], load: async () => (await import('./commands/adopt.ts')).addAdopt },
  { names: ['close'], load: async () => (await import('./commands/close.ts')).addClose },
  { names: ['cancel'], load: async () => (await import('./commands/cancel.ts')).addCancel },
  { names: ['panic'], load: async () => (await import('./commands/panic.ts')).addPanic },
  { names: ['logs'], load: async () => (await import('./commands/logs.ts')).addLogs },
  { names: ['orders'], load: async () => (await import('./commands/orders.ts')).addOrders },
  { names: ['fills'], load: async () => (await import('./commands/fills.ts')).addFills },
  {
    names: ['positions'],
    load: async () => (await import('./commands/positions.ts')).addPositions,
  },
  { names: ['why'], load: async () => (await import('./commands/why.ts')).addWhy },
  { names: ['signals'], load: async () => (await import('./commands/signals.ts')).addSignals },
  {
    names: ['indicators'],
    load: async () => (await import('./commands/indicators.ts')).addIndicators,
  },
  { names: ['config'], load: async () => (await import('./commands/config.ts')).addConfig },
  { names: ['sim'], load: async () => (await import('./commands/sim.ts')).addSim },
  { names: ['backtest'], load: async () => (await import('./commands/backtest.ts')).addBacktest },
  { names: ['optimise'], load: async () => (await import('./commands/optimise.ts')).addOptimise },
  {
    names: ['walk-forward'],
    load: async () => (await import('./commands/walkForward.ts')).addWalkForward,
  },
  { names: ['worker'], load: async () => (await import('./commands/worker.ts')).addWorker },
  { names: ['check'], load: async () => (await import('./commands/check.ts')).addCheck },
  { names: ['replay'], load: async () => (await import('./commands/replay.ts')).addReplay },
  { names: ['drift'], load: async () => (await import('./commands/drift.ts')).addDrift },
  { names: ['data'], load: async () => (await import('./commands/data.ts')).addData },
  { names: ['version'], load: async () => (await import('./commands/version.ts')).addVersion },
];

/** Every command there is, as it is typed. */
export const COMMAND_NAMES = COMMANDS.flatMap(({ names }) => names);

const CONFIG_FLAGS = ['-c', '--config'];
const EXIT_CODES = `
Exit codes: 0 ok, 1 failed, 2 wrong usage or not found, 3 no daemon runs, 4 configuration, 5 timeout, 6 refused for safety,
7 drift that nothing explains, 130 interrupted.`;

/** The program with the command that these arguments name, or with all of them when they name none. */
export async function buildProgram(context: Context, argv: readonly string[]): Promise<Command> {
  const { version, io } = context;
  const program = new Command('plimsoll')
    .description('A self-hosted trading daemon: YAML strategies, play money unless you insist.')
    .version(`plimsoll ${version}`, '-V, --version', 'print the version')
    .option(
      `${CONFIG_FLAGS.join(', ')} <file>`,
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
  const named = commandIn(argv);
  const wanted = COMMANDS.filter(({ names }) => named !== undefined && names.includes(named));
  for (const { load } of wanted.length > 0 ? wanted : COMMANDS)
    await (
      await load()
    )(program, context);
  return program;
}

/** The first word that is neither an option nor the value of one. */
function commandIn(argv: readonly string[]): string | undefined {
  return argv.find(
    (word, index) => !word.startsWith('-') && !CONFIG_FLAGS.includes(argv[index - 1] ?? ''),
  );
}
