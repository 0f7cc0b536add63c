/** Runs a daemon in this process, under its lock and with its signals. */
import type { DaemonEnd, DaemonOptions } from './contract.ts';
import { Daemon } from './daemon.ts';
import { watchSignals } from './signals.ts';

/**
 * Runs until somebody asks for an end. Resolves after an ordered stop, whatever its reason.
 * @throws Error `ALREADY_RUNNING`, or what kept the bot from starting; everything begun has been ended by then.
 */
export async function runDaemon(options: DaemonOptions): Promise<DaemonEnd> {
  // Held until the process is over, and let go of by the system: whoever finds it free finds nobody.
  const lock = options.app.locks.take(options.config.lockFile);
  const daemon = new Daemon(options, lock);
  const unwatch = watchSignals(options.signals, {
    stop: (signal) => {
      void daemon.requestStop(daemon.ordered(signal));
    },
    force: () => {
      daemon.force();
    },
    reload: () => {
      daemon.reloadInBackground();
    },
    fatal: (failure) => {
      void daemon.requestStop({ ...daemon.ordered('an error nobody caught'), failure });
    },
  });
  options.onOutputLost(() => {
    void daemon.requestStop(daemon.ordered('nobody reads the output any more'));
  });
  try {
    return await daemon.live();
  } finally {
    await daemon.letGo();
    unwatch();
  }
}
