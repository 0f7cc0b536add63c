/** Who a process is: its id alone is reused by the system, its id with its start time is not. */
import { readFileSync } from 'node:fs';
import { systemCode } from '../errors.ts';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which it started; empty where the system does not tell. */
  readonly startTime: string;
}

/** Fields of /proc/PID/stat after the command name (proc(5)): the state is field 3, the start time field 22. */
const STATE_INDEX = 0;
const START_TIME_INDEX = 19;
/** Killed, but not yet collected by its parent. */
const DEAD_STATES = new Set(['Z', 'X', 'x']);

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: statOf(process.pid)?.startTime ?? '' };
}

/** True when that very process runs, not merely one with its id. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  if (!exists(pid)) return false;
  const stat = statOf(pid);
  if (!stat) return true;
  if (DEAD_STATES.has(stat.state)) return false;
  return startTime === '' || stat.startTime === startTime;
}

/** Sends a signal if that very process still runs. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, but belongs to someone else.
    return systemCode(error) === 'EPERM';
  }
}

/** Undefined where there is no /proc, or no such process in it. */
function statOf(pid: number): { readonly state: string; readonly startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in parentheses and may itself hold spaces and parentheses: fields are counted from the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[STATE_INDEX] ?? '', startTime: fields[START_TIME_INDEX] ?? '' };
  } catch {
    return undefined;
  }
}
