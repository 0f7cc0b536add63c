/**
 * Leads from a configuration file to the daemon that was started with it, also when the file has become unreadable since:
 * a typing mistake must not make a running daemon unreachable.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ConfigSummary } from '../app.ts';
import { fieldsOf, parseFields, textField, type Fields } from '../fields.ts';
import { makePrivateFolder, runDirectory, shortHash } from './socketPath.ts';

/** What is remembered: everything but what the configuration says. The file also names the daemon that wrote it. */
export type RunPointer = Omit<ConfigSummary, 'effective' | 'warnings' | 'unfit'>;

/** Environment variables that may lead the same file to another data folder. */
const OWN_VARIABLES = 'PLIMSOLL_';

/** Best effort: without it only the case above is lost. */
export function writeRunPointer(config: ConfigSummary, instance: string): void {
  const path = pointerPath(config.file);
  const { effective: _effective, warnings: _warnings, unfit: _unfit, ...pointer } = config;
  try {
    makePrivateFolder(path);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.${process.pid}`, JSON.stringify({ ...pointer, instance }), {
      mode: 0o600,
    });
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    rmSync(`${path}.${process.pid}`, { force: true });
  }
}

/** Only if this very daemon has left it. */
export function removeRunPointer(configFile: string, instance: string): void {
  const path = pointerPath(configFile);
  if (textField(readFields(path), 'instance') === instance) rmSync(path, { force: true });
}

/** Undefined when no daemon has left one; whether that daemon still runs is for its lock to say. */
export function readRunPointer(configFile: string): RunPointer | undefined {
  try {
    const path = pointerPath(configFile);
    makePrivateFolder(path);
    const value = readFields(path);
    return isPointer(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readFields(path: string): Fields | undefined {
  return existsSync(path) ? parseFields(readFileSync(path, 'utf8')) : undefined;
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
