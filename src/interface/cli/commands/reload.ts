import { changeLines, heldWords, type ReloadResult } from '../../daemon/reloadChanges.ts';
import { issueLine } from '../../issues.ts';
import { STOP_TIMEOUT_MS } from '../foreground.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson } from '../context.ts';
import { EXIT } from '../exitCodes.ts';
import { duration } from '../parse.ts';
import { printable } from '../render/text.ts';
import { ask, readConfig } from '../target.ts';
import { READY_TIMEOUT } from './start.ts';

export const addReload: AddCommand = (program, context) => {
  const command = program
    .command('reload')
    .description('let the running daemon read its configuration again; a bad one changes nothing')
    .option('--json', 'JSON on stdout');
  onRun<{ readonly json?: boolean }>(command, context, async ({ options }) => {
    const config = readConfig(context, options);
    const timeoutMs = STOP_TIMEOUT_MS + duration(READY_TIMEOUT);
    // Both ends are one program.
    const result = (await ask(config, { method: 'reload', timeoutMs })) as ReloadResult;
    const { changed, hash, strategies, settings, held, warnings } = result;
    if (options.json === true)
      printJson(context.io, { changed, config_hash: hash, strategies, settings, held, warnings });
    else {
      context.io.out(changed ? 'reloaded\n' : 'nothing has changed\n');
      for (const line of changeLines(result)) context.io.out(`  ${printable(line)}\n`);
      for (const warning of warnings) context.io.err(`warning: ${printable(issueLine(warning))}\n`);
      for (const position of held) context.io.err(`warning: ${printable(heldWords(position))}\n`);
    }
    return EXIT.ok;
  });
};
