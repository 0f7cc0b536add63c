import type { Command } from 'commander';
import type { ConfigSummary } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { issuesError } from '../configError.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { printLines } from '../print.ts';
import { yamlLines } from '../render/yaml.ts';
import { readConfig, warnAbout } from '../target.ts';

type Options = GlobalOptions & { readonly json?: boolean; readonly paths?: boolean };

const SCHEMAS = ['config', 'strategy'] as const;

/** `config check`, `config show`, `config schema`. */
export const addConfig: AddCommand = (program, context) => {
  const command = program.command('config').description('check and show the configuration');
  addCheck(command, context);
  addShow(command, context);
  addSchema(command, context);
};

function addCheck(parent: Command, context: Context): void {
  const command = parent
    .command('check')
    .argument('[file]', 'instead of --config')
    .description('say everything that is wrong, with its place')
    .option('--json', 'JSON on stdout');
  onRun<Options>(command, context, ({ args, options }) =>
    check(context, { ...options, config: args[0] ?? options.config }),
  );
}

function check(context: Context, options: Options): ExitCode {
  const { app, io } = context;
  const reading = app.readConfig(options.config);
  if (options.json === true) {
    const about = reading.ok
      ? { file: reading.config.file, hash: reading.config.hash, issues: [] }
      : { file: options.config, issues: reading.issues };
    const warnings = reading.ok ? reading.config.warnings : [];
    printJson(io, { ok: reading.ok, ...about, warnings });
    return reading.ok ? EXIT.ok : EXIT.config;
  }
  if (!reading.ok) throw issuesError(reading.issues);
  warnAbout(context, reading.config);
  const { file, mode, strategies, hash } = reading.config;
  io.out(`${file} is good: ${mode} mode, ${strategies.length} strategies, hash ${hash}\n`);
  return EXIT.ok;
}

function addShow(parent: Command, context: Context): void {
  const command = parent
    .command('show')
    .description('the configuration in force, defaults filled in, secrets left out')
    .option('--paths', 'only where things lie')
    .option('--json', 'JSON on stdout');
  onRun<Options>(command, context, ({ options }) => {
    const config = readConfig(context, options);
    const { file, hash, mode, strategies, effective } = config;
    const places = paths(config);
    const document =
      options.paths === true ? places : { file, hash, mode, paths: places, strategies, effective };
    if (options.json === true) printJson(context.io, document);
    else printLines(context, yamlLines(document));
    return EXIT.ok;
  });
}

function paths({ file, dataDir, database, socket, lockFile, logFile }: ConfigSummary) {
  return { config: file, data: dataDir, database, socket, lock: lockFile, log: logFile };
}

function addSchema(parent: Command, context: Context): void {
  const command = parent
    .command('schema')
    .argument('[which]', 'config or strategy', 'config')
    .description('JSON Schema for editors');
  onRun<Options>(command, context, ({ args }) => {
    const which = SCHEMAS.find((name) => name === (args[0] ?? 'config'));
    if (which === undefined)
      throw new CliError(EXIT.usage, `there is a schema of ${SCHEMAS.join(' and of ')}`);
    context.io.out(`${JSON.stringify(context.app.schema(which), null, 2)}\n`);
    return EXIT.ok;
  });
}
