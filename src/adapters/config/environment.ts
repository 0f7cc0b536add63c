/** What comes from the environment and never from YAML: keys and addresses with passwords. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { fail, ok, type Result } from '../../core/domain/result.ts';
import { errorCode } from './errorCode.ts';
import type { ConfigProblem } from './problem.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Secrets of this run. Not part of the configuration, its hash, or anything that is printed. */
export interface Secrets {
  readonly apiKey?: string;
  readonly apiSecret?: string;
  /** Third part of the keys of some exchanges. */
  readonly apiPassphrase?: string;
  /** `user:password` of the proxy. */
  readonly proxyAuth?: string;
  readonly redisUrl?: string;
}

/** The environment with `.env` of the project folder below it: a variable that is set outside wins. */
export function readEnvironment(
  root: string,
  env: Environment,
): Result<Environment, readonly ConfigProblem[]> {
  const file = join(root, '.env');
  try {
    return ok({ ...parseEnv(readFileSync(file, 'utf8')), ...env });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return ok(env);
    const problem = `the file cannot be read: ${code}`;
    return fail([
      { file, line: 1, column: 1, path: '', problem, fix: 'make it readable or remove it' },
    ]);
  }
}

/** Variables that are set to nothing count as not set. */
export function secretsOf(env: Environment): Secrets {
  const apiKey = env['PLIMSOLL_API_KEY'];
  const apiSecret = env['PLIMSOLL_API_SECRET'];
  const apiPassphrase = env['PLIMSOLL_API_PASSPHRASE'];
  const proxyAuth = env['PLIMSOLL_PROXY_AUTH'];
  const redisUrl = env['REDIS_URL'];
  return {
    ...(isSet(apiKey) && { apiKey }),
    ...(isSet(apiSecret) && { apiSecret }),
    ...(isSet(apiPassphrase) && { apiPassphrase }),
    ...(isSet(proxyAuth) && { proxyAuth }),
    ...(isSet(redisUrl) && { redisUrl }),
  };
}

/** Every text that must never be written down: what may be in a message by itself, too. */
export function secretTexts(secrets: Secrets): readonly string[] {
  const { apiKey, apiSecret, apiPassphrase, proxyAuth, redisUrl } = secrets;
  const proxyPassword = proxyAuth?.replace(/^[^:]*:/u, '');
  return [apiKey, apiSecret, apiPassphrase, proxyAuth, proxyPassword, redisUrl].filter(isSet);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
