/** Starts a daemon that outlives the command and the terminal, and waits until it is ready or says why not. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseChildMessage, type BeginMessage } from './parentLink.ts';

export interface DetachRequest {
  /** The daemon's command line: interpreter, program and arguments. */
  readonly command: readonly string[];
  /** Takes what the daemon says on stderr, e.g. a crash of the runtime; begun anew. */
  readonly stderrFile: string;
  readonly timeoutMs: number;
  /** Hash of the configuration the operator armed; empty when none. */
  readonly armedHash: string;
  readonly onProgress: (text: string) => void;
  /** What the daemon waits for, in words, at every attempt; empty when that is over. */
  readonly onWaiting: (text: string) => void;
  /** Resolves when the operator does not want to wait any longer. */
  readonly interrupted: Promise<void>;
}

export type DetachOutcome =
  | { readonly kind: 'ready'; readonly pid: number }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly text: string }
  /** Told to stop before it was ready. */
  | { readonly kind: 'stopped' }
  /** Time ran out while it waited for the exchange: it goes on. */
  | { readonly kind: 'waiting'; readonly pid: number; readonly text: string }
  /** Time ran out, and nobody knows why: it was ended. */
  | { readonly kind: 'timeout' }
  | { readonly kind: 'interrupted' };

/** This very program with other arguments. */
export function ownCommand(args: readonly string[]): readonly string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? '', ...args];
}

/** What a failed daemon said last, in characters. */
const STDERR_TAIL = 2_000;
/** A daemon that is told to end although it is not ready yet gets this long. */
const GIVE_UP_MS = 15_000;

export async function startDetached(request: DetachRequest): Promise<DetachOutcome> {
  mkdirSync(dirname(request.stderrFile), { recursive: true, mode: 0o700 });
  const stderr = openSync(request.stderrFile, 'w', 0o600);
  const [interpreter = process.execPath, ...args] = request.command;
  const child = spawn(interpreter, args, {
    detached: true,
    stdio: ['ignore', 'ignore', stderr, 'ipc'],
  });
  closeSync(stderr);
  child.send(
    { kind: 'begin', armedHash: request.armedHash } satisfies BeginMessage,
    () => undefined,
  );
  const outcome = await settled(child, request);
  if (outcome.kind === 'timeout' || outcome.kind === 'interrupted') await giveUp(child);
  if (child.connected) child.disconnect();
  child.unref();
  return outcome;
}

function settled(child: ChildProcess, request: DetachRequest): Promise<DetachOutcome> {
  return new Promise((resolve) => {
    let waiting = '';
    const timer = setTimeout(() => {
      resolve(
        waiting === '' || child.pid === undefined
          ? { kind: 'timeout' }
          : { kind: 'waiting', pid: child.pid, text: waiting },
      );
    }, request.timeoutMs);
    const end = (outcome: DetachOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    child.on('message', (message) => {
      const known = parseChildMessage(message);
      if (known?.kind === 'progress') request.onProgress(known.text);
      else if (known?.kind === 'waiting') request.onWaiting((waiting = known.text));
      else if (known) end(known);
    });
    child.on('error', (error) =>
      end({ kind: 'failed', exitCode: 1, text: `START_FAILED: ${error.message}` }),
    );
    child.on('exit', (code, signal) => {
      const how = signal ?? `exit code ${code ?? 0}`;
      end({
        kind: 'failed',
        exitCode: 1,
        text: `START_FAILED: the daemon ended at once (${how})${tail(request.stderrFile)}`,
      });
    });
    void request.interrupted.then(() => end({ kind: 'interrupted' }));
  });
}

async function giveUp(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
    }, GIVE_UP_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function tail(file: string): string {
  const text = readFileSync(file, 'utf8').trim().slice(-STDERR_TAIL);
  return text === '' ? '' : `:\n${text}`;
}
