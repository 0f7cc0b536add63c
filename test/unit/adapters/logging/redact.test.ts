import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineFilter, stripSigned } from '../../../../src/adapters/logging/redact.ts';

describe('stripping signed parts', () => {
  it('drops the query of every URL and keeps the rest', () => {
    const text =
      'binance GET https://api.example.com/api/v3/order?symbol=BTC&signature=abc123 418 and wss://x/y?listenKey=k.';
    expect(stripSigned(text)).toBe(
      'binance GET https://api.example.com/api/v3/order?*** 418 and wss://x/y?***',
    );
  });

  it('stops at the quote that ends the URL, so that JSON stays JSON', () => {
    const line = JSON.stringify({ url: 'https://x/y?a=1&b="2"', next: 'kept?' });
    expect(JSON.parse(stripSigned(line))).toEqual({ url: 'https://x/y?***"2"', next: 'kept?' });
  });

  it('masks values of telling names in form bodies', () => {
    expect(stripSigned('symbol=BTC&timestamp=17&signature=deadbeef&apiKey=k1')).toBe(
      'symbol=BTC&timestamp=17&signature=***&apiKey=***',
    );
  });

  it('leaves URLs without a query alone', () => {
    expect(stripSigned('see https://x.example/a/b#c?')).toBe('see https://x.example/a/b#c?');
  });
});

describe('the line filter', () => {
  const pem =
    '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIGnotarealkey0123456789\nabc\n-----END EC PRIVATE KEY-----\n';

  it('masks a secret in every form it can take in a line', () => {
    const secret = 'pa"ss\\wörd/+=&';
    const filter = lineFilter([secret]);
    const line = JSON.stringify({
      a: secret,
      b: `x${secret}y${secret}`,
      c: JSON.stringify({ inner: secret }),
      d: `q=${encodeURIComponent(secret)}`,
    });
    const masked = filter(line);
    expect(JSON.parse(masked)).toEqual({
      a: '***',
      b: 'x***y***',
      c: '{"inner":"***"}',
      d: 'q=***',
    });
  });

  it('masks a key file whole, and its lines one by one', () => {
    const filter = lineFilter([pem]);
    expect(JSON.parse(filter(JSON.stringify({ pem })))).toEqual({ pem: '***' });
    expect(filter('{"line":"MHcCAQEEIGnotarealkey0123456789"}')).toBe('{"line":"***"}');
  });

  it('masks the longer of two secrets that begin alike', () => {
    expect(lineFilter(['abcd', 'abcdefgh'])('{"k":"abcdefgh"}')).toBe('{"k":"***"}');
  });

  it('ignores secrets too short to mean anything', () => {
    expect(lineFilter(['', 'e', 'abc'])('{"level":"abc"}')).toBe('{"level":"abc"}');
  });

  it('does not break a line where an escape only looks like the secret', () => {
    const line = JSON.stringify({ text: 'line\nabcd', path: 'C:\\nabcd' });
    expect(JSON.parse(lineFilter(['nabcd'])(line))).toEqual({
      text: 'line\nabcd',
      path: 'C:\\***',
    });
  });

  it('leaves no secret in any line, and every line JSON', () => {
    const secret = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 24 });
    const around = fc.string({ unit: 'grapheme', maxLength: 10 });
    fc.assert(
      fc.property(secret, around, around, (key, before, after) => {
        const masked = lineFilter([key])(JSON.stringify({ field: `${before}${key}${after}` }));
        const value = JSON.parse(masked) as { field: string };
        expect(value.field).not.toContain(key);
      }),
    );
  });
});
