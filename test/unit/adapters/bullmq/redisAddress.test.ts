import { describe, expect, it } from '@jest/globals';
import { redisAddress } from '../../../../src/adapters/bullmq/redisAddress.ts';

describe('the address of a Redis', () => {
  it.each([
    [
      'redis://127.0.0.1',
      { host: '127.0.0.1', port: 6379, db: 0 },
      'redis://127.0.0.1:6379/0',
      'redis-cli -h 127.0.0.1 -p 6379',
    ],
    [
      'rediss://trader:p%40ss@cache.example:6380/3',
      {
        host: 'cache.example',
        port: 6380,
        db: 3,
        tls: {},
        username: 'trader',
        password: 'p@ss',
      },
      'rediss://cache.example:6380/3',
      'redis-cli -h cache.example -p 6380 --tls',
    ],
    [
      'redis://[::1]:6379',
      { host: '::1', port: 6379, db: 0 },
      'redis://[::1]:6379/0',
      'redis-cli -h ::1 -p 6379',
    ],
    [
      'unix:///run/redis.sock?db=2',
      { path: '/run/redis.sock', db: 2 },
      'unix:///run/redis.sock',
      'redis-cli -s /run/redis.sock',
    ],
    [
      '/run/redis.sock',
      { path: '/run/redis.sock', db: 0 },
      'unix:///run/redis.sock',
      'redis-cli -s /run/redis.sock',
    ],
  ])('%s is understood, and shown without a login', (text, connection, shown, cli) => {
    const address = redisAddress(text);
    expect(address.connection).toEqual(connection);
    expect(address.shown).toBe(shown);
    expect(address.cli).toBe(cli);
  });

  it.each([
    ['localhost', 'not a URL'],
    ['http://localhost', 'scheme'],
    ['redis://', 'host'],
    ['redis://localhost/orders', 'database'],
    ['redis://user:%zz@localhost', '%25'],
    ['unix://', 'socket'],
  ])('%s is refused with the reason and the expected form', (text, reason) => {
    expect(() => redisAddress(text)).toThrow(reason);
    expect(() => redisAddress(text)).toThrow('redis://[user:password@]host[:port][/database]');
    expect(() => redisAddress(text)).toThrow(
      expect.objectContaining({ code: 'QUEUE_UNAVAILABLE' }),
    );
  });

  it('never repeats the password of what it refuses', () => {
    expect(() => redisAddress('http://:hunter2@localhost')).not.toThrow('hunter2');
    expect(() => redisAddress('http://:hunter2@localhost')).toThrow('REDIS_URL');
  });

  it('redacts the password in every spelling', () => {
    const { redact } = redisAddress('redis://:p%40ss%2Fword@localhost');
    expect(redact('AUTH p@ss/word to redis://:p%40ss%2Fword@localhost')).toBe(
      'AUTH *** to redis://:***@localhost',
    );
  });

  it('leaves a text alone when there is no password', () => {
    expect(redisAddress('redis://localhost').redact('connect ECONNREFUSED')).toBe(
      'connect ECONNREFUSED',
    );
  });
});
