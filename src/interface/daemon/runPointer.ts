/**
 * Leads from a configuration file to the daemon that was started with it, also when the file has become unreadable since:
 * a typing mistake must not make a running daemon unreachable.
 */
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ConfigSummary } from '../app.ts';
import { fieldsOf } from '../fields.ts';
import { makePrivateFolder, runDirectory, shortHash } from './socketPath.ts';

/** What is remembered: everything but what the configuration says. */
export type RunPointer = Omit<ConfigSummary, 'effective' | 'warnings'>;

/** Environment variables that may lead the same file to another data folder. */
const OWN_VARIABLES = 'PLIMSOLL_';

/** Best effort: without it only the case above is lost. */
export function writeRunPointer(config: ConfigSummary): void {
  const path = pointerPath(config.file);
  const { effective: _effective, warnings: _warnings, ...pointer } = config;
  try {
    makePrivateFolder(path);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(pointer), { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    rmSync(`${path}.${process.pid}`, { force: true });
  }
}

export function removeRunPointer(configFile: string): void {
  rmSync(pointerPath(configFile), { force: true });
}

/** Undefined when no daemon has left one; whether that daemon still runs is for its lock to say. */
export function readRunPointer(configFile: string): RunPointer | undefined {
  try {
    const path = pointerPath(configFile);
    makePrivateFolder(path);
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isPointer(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function pointerPath(configFile: string): string {
  const variables = Object.entries(process.env)
    .filter(([name]) => name.startsWith(OWN_VARIABLES))
    .map(([name, value]) => `${name}=${value ?? ''}`);
  const name = shortHash([realPath(configFile), ...variables.sort()].join('\n'));
  return join(runDirectory(), `${name}.json`);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}

const TEXTS = [
  'file',
  'hash',
  'mode',
  'dataDir',
  'database',
  'socket',
  'lockFile',
  'logFile',
] as const;

function isPointer(value: unknown): value is RunPointer {
  const fields = fieldsOf(value);
  return (
    TEXTS.every((name) => typeof fields?.[name] === 'string') &&
    Array.isArray(fields?.['strategies'])
  );
}
