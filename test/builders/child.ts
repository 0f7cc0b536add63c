/** Real child processes that run a TypeScript source, for tests that kill them. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

const HOOKS = new URL('tsHooks.mjs', import.meta.url).href;

/** What `node` is given to run a TypeScript file. */
export function typescriptArguments(file: URL, args: readonly string[]): readonly string[] {
  const register = `data:text/javascript,import{register}from'node:module';register('${HOOKS}')`;
  return ['--import', register, file.pathname, ...args];
}

/** Starts `node` on a TypeScript file; its stderr goes to ours, nowhere, or to whoever reads it. */
export function startTypescript(
  file: URL,
  args: readonly string[],
  stderr: 'inherit' | 'ignore' | 'pipe' = 'inherit',
  nodeOptions: readonly string[] = [],
): ChildProcessByStdio<null, Readable, Readable | null> {
  const argv = [...nodeOptions, ...typescriptArguments(file, args)];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', stderr], env });
  return child as ChildProcessByStdio<null, Readable, Readable | null>;
}
