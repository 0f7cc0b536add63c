import { onRun, type AddCommand } from '../command.ts';
import { printJson } from '../context.ts';
import { EXIT } from '../exitCodes.ts';

export const addVersion: AddCommand = (program, context) => {
  const command = program
    .command('version')
    .description('print the version')
    .option('--json', 'JSON on stdout');
  onRun<{ readonly json?: boolean }>(command, context, ({ options }) => {
    const { app, io } = context;
    const { version: node, platform, arch } = process;
    if (options.json === true) printJson(io, { version: app.version, node, platform, arch });
    else io.out(`plimsoll ${app.version}\n`);
    return EXIT.ok;
  });
};
