import { describe, expect, it } from '@jest/globals';
import {
  answerOf,
  describe as tell,
  gatewayFailed,
  rememberAnswer,
} from '../../../../src/adapters/ccxt/errors.ts';

describe('errors', () => {
  it('keep the answer they were made of', () => {
    const error = new Error('x');
    rememberAnswer(error, { status: 400, body: { code: -1 } });
    expect(answerOf(error)).toEqual({ status: 400, body: { code: -1 } });
    expect(answerOf(new Error('x'))).toBeUndefined();
    expect(answerOf('x')).toBeUndefined();
  });

  it.each([
    [new TypeError('boom'), 'TypeError: boom'],
    ['text', 'text'],
    [{ code: 1 }, '{"code":1}'],
    [undefined, 'undefined'],
  ])('tell what anything thrown says: %p', (thrown, text) => {
    expect(tell(thrown)).toBe(text);
  });

  class AuthenticationError extends Error {}
  class PermissionDenied extends AuthenticationError {}
  class ExchangeNotAvailable extends Error {}

  const SAID: readonly (readonly [string, Error, unknown, boolean])[] = [
    ['the exchange’s own word on the key', new PermissionDenied('-2015'), { code: -2015 }, true],
    ['a page of a proxy', new AuthenticationError('401'), undefined, false],
    ['another answer', new ExchangeNotAvailable('502'), { code: -1 }, false],
  ];

  it.each(SAID)('say whether the key is refused for certain: %s', (_what, error, body, refused) => {
    rememberAnswer(error, { status: 401, body });
    const code = refused ? 'KEY_REFUSED' : 'GATEWAY_FAILED';
    expect(gatewayFailed('balances', error).message).toMatch(
      new RegExp(`^${code}: balances: `, 'u'),
    );
  });

  it('that carry no answer never say that the key is refused', () => {
    expect(gatewayFailed('balances', new AuthenticationError('401')).message).toMatch(/^GATEWAY/u);
  });

  it('are redacted', () => {
    expect(
      gatewayFailed('balances', new Error('GET /?signature=abc key-123'), ['key-123']).message,
    ).toBe('GATEWAY_FAILED: balances: Error: GET /?signature=*** ***');
  });
});
