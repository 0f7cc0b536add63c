/** Who holds a lock, as far as the holder has said. */
export interface LockOwner {
  /** As its own system knows it; 0 when it has not said. */
  readonly pid: number;
  /** Tells a process from an older one with its id; empty where the system does not tell. */
  readonly startTime: string;
  /** Container in which `pid` means this process; empty where the system has none. */
  readonly pidNamespace: string;
  /** Random, made for each lock: names its holder for ever. Empty when it has not said. */
  readonly instance: string;
  /** RFC 3339 UTC. */
  readonly since: string;
}

export interface HeldLock {
  readonly owner: LockOwner;
  /** Lets go; a second call does nothing. The end of the process lets go as well, however it comes about. */
  release(): void;
}

/**
 * Locks between processes, named by a file. Whether one is held is the system's word alone, so it is right in every container of
 * one machine, for a holder that is stopped, and at once after a kill. Processes on several machines must not share a folder.
 */
export interface ProcessLocks {
  /** Takes a lock; its folder is made (0700) when absent. @throws Error `ALREADY_RUNNING` naming the holder, `LOCK_FAILED`. */
  take(file: string): HeldLock;
  /** The holder of a lock; undefined when nobody holds it. @throws Error `LOCK_FAILED` when that cannot be told. */
  owner(file: string): LockOwner | undefined;
  /** Signals the holder. False when that very process cannot be named from here: it has ended, or is in another container. */
  signal(owner: LockOwner, signal: NodeJS.Signals): boolean;
}
