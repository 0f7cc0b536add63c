import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  createLogger,
  loggerTo,
  type LoggerOptions,
} from '../../../../src/adapters/logging/logger.ts';
import { temporaryFolder } from '../../../builders/books.ts';

/** A logger whose lines land in an array. */
function logged(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), flush: () => {}, close: () => {} };
  const logger = loggerTo(sink, { level: 'info', secrets: [], ...options });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

class ExchangeError extends Error {
  override readonly name = 'RateLimitExceeded';
  readonly code = 429;
  /** What drivers hang on their errors. */
  readonly client = { apiKey: 'live object' };
}

describe('the logger', () => {
  it('writes one JSON line with UTC time, level, message and fields', () => {
    const { logger, lines, last } = logged();
    logger.info({ symbol: 'BTC/USDT', n: 1 }, 'armed');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/u);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u),
      pid: process.pid,
      symbol: 'BTC/USDT',
      n: 1,
      msg: 'armed',
    });
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = logged({ level: 'warn' });
    logger.debug({}, 'a');
    logger.info({}, 'b');
    logger.warn({}, 'c');
    logger.error({}, 'd');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['c', 'd']);
  });

  it('gives a child its fields on every line, and its own children both', () => {
    const { logger, last } = logged({ level: 'debug' });
    const child = logger.child({ strategy: 'grid' }).child({ symbol: 'ETH/USDT' });
    child.debug({ level_: 7 }, 'x');
    expect(last()).toMatchObject({
      level: 'debug',
      strategy: 'grid',
      symbol: 'ETH/USDT',
      level_: 7,
      msg: 'x',
    });
  });

  it('masks secrets in messages, fields, keys, errors and child fields', () => {
    const secret = 's3cr3t-k3y';
    const { logger, lines } = logged({ secrets: [secret] });
    logger.child({ owner: secret }).error(
      {
        a: { b: [secret] },
        [secret]: 1,
        error: new Error(`with ${secret}`, { cause: new Error(secret) }),
      },
      `message ${secret}`,
    );
    expect(lines.join()).not.toContain(secret);
    expect(lines.join()).toContain('***');
  });

  it('writes errors under any name: type, code, message and causes, without signed URLs and live objects', () => {
    const { logger, lines, last } = logged();
    const cause = new Error(
      'GET https://api.example.com/order?timestamp=1&signature=deadbeef failed',
    );
    const error = new ExchangeError('POST https://api.example.com/order?signature=deadbeef 429', {
      cause,
    });
    logger.error({ problem: error }, 'x');
    expect(last()['problem']).toMatchObject({
      type: 'RateLimitExceeded',
      code: 429,
      message: 'POST https://api.example.com/order?*** 429',
      cause: { type: 'Error', message: 'GET https://api.example.com/order?*** failed' },
    });
    expect(lines.join()).not.toMatch(/deadbeef|live object/u);
  });

  it('bounds long messages and endless causes, and survives circles', () => {
    const { logger, lines } = logged();
    const circular = new Error('x'.repeat(100_000));
    circular.cause = circular;
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    logger.error({ error: circular, loop }, 'x');
    expect(lines[0]?.length).toBeLessThan(40_000);
  });

  it('leaves no half of a secret where a long message is cut', () => {
    const secret = 'abcdefghijklmnopqrstuvwxyz';
    const { logger, lines } = logged({ secrets: [secret] });
    logger.error({ error: new Error(`${'-'.repeat(1_990)}${secret}`) }, 'x');
    expect(lines[0]).not.toContain(secret.slice(0, 5));
  });

  it('writes lines for people on demand', () => {
    const { logger, lines } = logged({ pretty: true, secrets: ['s3cr3t'] });
    logger.warn(
      { symbol: 'BTC/USDT', missing: 3, key: 's3cr3t', nested: { a: 1 } },
      'bars are missing',
    );
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}bars are missing {2}symbol=BTC\/USDT {2}missing=3 {2}key=\*{3} {2}nested=\{"a":1\}\n$/u,
    );
  });

  it('writes to its file at once, and not after it was closed', () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'logs', 'plimsoll.log');
    const logger = createLogger({ level: 'info', file, secrets: ['s3cr3t'] });
    logger.info({}, 'one s3cr3t');
    expect(readFileSync(file, 'utf8')).toContain('"msg":"one ***"');
    logger.flush();
    logger.close();
    logger.info({}, 'two');
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2);
    folder.dispose();
  });
});
