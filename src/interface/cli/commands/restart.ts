import { onRun, type AddCommand } from '../command.ts';
import { duration, timeOption } from '../parse.ts';
import { findTarget, readConfig } from '../target.ts';
import { READY_TIMEOUT, start, type StartOptions } from './start.ts';
import { stop, STOP_TIMEOUT } from './stop.ts';

export const addRestart: AddCommand = (program, context) => {
  const command = program
    .command('restart')
    .description('stop the daemon, leaving its orders in place, and start it again')
    .option('--live', 'allow real money; see start')
    .addOption(timeOption('--timeout <time>', 'how long to wait until it is ready', READY_TIMEOUT))
    .option('--json', 'JSON on stdout');
  onRun<StartOptions>(command, context, async ({ options }) => {
    // A daemon that could not be started again is better left running.
    readConfig(context, options);
    if (context.app.locks.owner(findTarget(context, options).lockFile)) {
      const { io } = context;
      const quiet = {
        ...context,
        io: {
          ...io,
          out: (text: string) => {
            io.err(text);
          },
        },
      };
      await stop(quiet, { ...options, json: false, timeout: duration(STOP_TIMEOUT) });
    }
    return start(context, options);
  });
};
