/** Who a process is: its id alone is reused by the system, and means another process in another container. */
import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which it started; empty where there is no /proc. */
  readonly startTime: string;
  /** The namespace of its id, such as `pid:[4026531836]`; empty where there is no /proc. */
  readonly pidNamespace: string;
}

/** Field 22 of /proc/PID/stat (proc(5)), counted from the state, which follows the command name. */
const START_TIME_INDEX = 19;

export function ownIdentity(): ProcessIdentity {
  const { pid } = process;
  return { pid, startTime: startTimeOf(pid), pidNamespace: ownNamespace() };
}

/** Signals that very process. False when it has ended, or its id means nothing here. */
export function signalProcess(
  { pid, startTime, pidNamespace }: ProcessIdentity,
  signal: NodeJS.Signals,
): boolean {
  if (pid <= 0 || pidNamespace !== ownNamespace() || startTime !== startTimeOf(pid)) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function ownNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function startTimeOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The name stands in parentheses and may itself hold spaces and parentheses: fields are counted from the last one.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[START_TIME_INDEX] ?? '';
  } catch {
    return '';
  }
}
