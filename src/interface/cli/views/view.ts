import type { DaemonObserver } from '../../daemon/contract.ts';

/** Shows a daemon that runs in this process. */
export interface View extends DaemonObserver {
  /** The daemon has ended; nothing more is shown. */
  close(): Promise<void>;
}
