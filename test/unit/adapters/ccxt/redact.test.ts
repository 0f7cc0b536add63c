import { describe, expect, it } from '@jest/globals';
import { redact } from '../../../../src/adapters/ccxt/redact.ts';

describe('redact', () => {
  it.each([
    [
      'binance GET https://api.binance.com/api/v3/account?timestamp=1&recvWindow=5000&signature=0a1b2c request timed out',
      'binance GET https://api.binance.com/api/v3/account?timestamp=1&recvWindow=5000&signature=*** request timed out',
    ],
    ['{"apiKey":"abc","secret" : "def","n":1}', '{"apiKey":"***","secret":"***","n":1}'],
    ['X-MBX-APIKEY: vmPUZE6mv9SD5VNHk4', 'X-MBX-APIKEY: ***'],
    ['listenKey=pqia91ma19a5s61cv6a81va65sdf19v8a65a1', 'listenKey=***'],
    ['api_key=abc&passphrase=open sesame', 'api_key=***&passphrase=*** sesame'],
    ['nothing to hide: design=1 assign=2', 'nothing to hide: design=1 assign=2'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('takes out literal secrets wherever they stand', () => {
    expect(redact('key k-123456 was refused (k-123456)', ['k-123456'])).toBe(
      'key *** was refused (***)',
    );
  });

  it('leaves short values alone: they are no secrets, and the text would suffer', () => {
    expect(redact('a banana', ['a', ''])).toBe('a banana');
  });

  it('makes one line of at most 300 characters', () => {
    const text = redact(`<html>\n  ${'x'.repeat(1_000)}`);
    expect(text).toHaveLength(300);
    expect(text.startsWith('<html> xxx')).toBe(true);
  });
});
