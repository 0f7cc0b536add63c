import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  readEnvironment,
  secretsOf,
  secretTexts,
} from '../../../../src/adapters/config/environment.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-env-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('readEnvironment', () => {
  it('adds what .env says, and lets a variable set outside win', () => {
    writeFileSync(
      join(root, '.env'),
      '# keys\nPLIMSOLL_API_KEY=file\nPLIMSOLL_API_SECRET="se cret"\n',
    );
    const result = readEnvironment(root, { PLIMSOLL_API_KEY: 'outside' });
    expect(result).toEqual({
      ok: true,
      value: { PLIMSOLL_API_KEY: 'outside', PLIMSOLL_API_SECRET: 'se cret' },
    });
  });

  it('is the plain environment when there is no .env', () => {
    expect(readEnvironment(root, { A: '1' })).toEqual({ ok: true, value: { A: '1' } });
  });

  it('says that .env cannot be read', () => {
    mkdirSync(join(root, '.env'));
    expect(readEnvironment(root, {})).toMatchObject({
      ok: false,
      error: [{ problem: 'the file cannot be read: EISDIR' }],
    });
  });
});

it('what must never be written down is every secret, and the password of the proxy by itself', () => {
  const secrets = { apiKey: 'k', apiSecret: 's', apiPassphrase: 'p', proxyAuth: 'u:w:x' };
  expect(secretTexts(secrets)).toEqual(['k', 's', 'p', 'u:w:x', 'w:x']);
  expect(secretTexts({})).toEqual([]);
});

describe('secretsOf', () => {
  it('takes its variables and leaves out what is empty', () => {
    expect(
      secretsOf({ PLIMSOLL_API_KEY: 'k', PLIMSOLL_API_SECRET: ' ', REDIS_URL: 'r', OTHER: 'x' }),
    ).toEqual({ apiKey: 'k', redisUrl: 'r' });
    expect(secretsOf({ PLIMSOLL_API_PASSPHRASE: 'p', PLIMSOLL_PROXY_AUTH: 'u:w' })).toEqual({
      apiPassphrase: 'p',
      proxyAuth: 'u:w',
    });
  });
});
