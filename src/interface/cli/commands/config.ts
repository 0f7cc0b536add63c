import type { Command } from 'commander';
import type { ConfigSummary, FileCheck } from '../../app.ts';
import { issueLine } from '../../issues.ts';
import { onRun, type AddCommand } from '../command.ts';
import { issuesError } from '../configError.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { printLines } from '../print.ts';
import { printable } from '../render/text.ts';
import { yamlLines } from '../render/yaml.ts';
import { readConfig } from '../target.ts';

type Options = GlobalOptions & {
  readonly json?: boolean;
  readonly paths?: boolean;
  readonly online?: boolean;
};

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
    .description('say everything that is wrong, with its place; also of one strategy file')
    .option('--online', 'ask the exchange for the rules, fees and prices of the markets, too')
    .option('--json', 'JSON on stdout');
  onRun<Options>(command, context, ({ args, options }) => check(context, options, args[0]));
}

async function check(
  context: Context,
  options: Options,
  named: string | undefined,
): Promise<ExitCode> {
  const { app, io } = context;
  const file = named ?? options.config;
  const online = options.online === true;
  const found = await app.check({ file, configFile: options.config, online });
  const { what, issues, warnings, about } = found;
  const isGood = issues.length === 0;
  if (options.json === true) {
    const hash = about && { hash: about.hash };
    printJson(io, { ok: isGood, what, file, ...hash, online, issues, warnings });
    return isGood ? EXIT.ok : EXIT.config;
  }
  for (const warning of warnings) io.err(`warning: ${printable(issueLine(warning))}\n`);
  if (!isGood) throw issuesError(issues);
  const known = online ? '' : '; --online asks the exchange, too';
  io.out(`${file} is good: ${about ? aboutText(about) : `a ${what}`}${known}\n`);
  return EXIT.ok;
}

function aboutText({ mode, strategies, hash }: NonNullable<FileCheck['about']>): string {
  return `${mode} mode, ${strategies.length} strategies, hash ${hash}`;
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
