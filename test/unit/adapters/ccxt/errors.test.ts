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

  it('are redacted', () => {
    expect(
      gatewayFailed('balances', new Error('GET /?signature=abc key-123'), ['key-123']).message,
    ).toBe('GATEWAY_FAILED: balances: Error: GET /?signature=*** ***');
  });
});
