import { onBareRun, type AddCommand } from '../command.ts';
import { printJson } from '../context.ts';
import { EXIT } from '../exitCodes.ts';

export const addVersion: AddCommand = (program, context) => {
  const command = program
    .command('version')
    .description('print the version')
    .option('--json', 'JSON on stdout');
  onBareRun<{ readonly json?: boolean }>(command, context, ({ options }) => {
    const { version, io } = context;
    const { version: node, platform, arch } = process;
    if (options.json === true) printJson(io, { version, node, platform, arch });
    else io.out(`plimsoll ${version}\n`);
    return EXIT.ok;
  });
};
