import { describe, expect, it } from '@jest/globals';
import { createCcxtGateway } from '../../../../src/adapters/ccxt/gateway.ts';
import { createCcxtFeed } from '../../../../src/adapters/ccxt/feed.ts';
import { loadExchangeClass } from '../../../../src/adapters/ccxt/load.ts';
import { systemClock } from '../../../../src/adapters/clock/systemClock.ts';
import { BTC, CREDENTIALS, keepingLogger } from '../../../builders/ccxt.ts';

const options = {
  symbols: [BTC],
  logger: keepingLogger(),
  clock: systemClock,
  credentials: CREDENTIALS,
};

describe('choosing an exchange', () => {
  it('loads one module of ccxt.pro', async () => {
    const Loaded = await loadExchangeClass('binance');
    expect(new Loaded({}).id).toBe('binance');
  });

  it.each(['binanse', '../binance', 'Binance', ''])(
    'refuses "%s" and names what is supported',
    async (id) => {
      await expect(loadExchangeClass(id)).rejects.toThrow(
        /^EXCHANGE_UNKNOWN: .*Supported for trading: binance/,
      );
    },
  );

  it('refuses to trade where it cannot classify the answers, and without a key', () => {
    expect(() => createCcxtGateway({ ...options, exchangeId: 'bitstamp' })).toThrow(
      /^EXCHANGE_UNSUPPORTED: .*Supported for trading: binance/,
    );
    const { credentials: _none, ...keyless } = options;
    expect(() => createCcxtGateway({ ...keyless, exchangeId: 'binance' })).toThrow(
      /^CREDENTIALS_MISSING/,
    );
  });

  it('refuses to simulate an exchange whose addresses it cannot replace', () => {
    const endpoints = { http: 'http://127.0.0.1:1', ws: 'ws://127.0.0.1:1' };
    expect(() => createCcxtFeed({ ...options, exchangeId: 'kraken', endpoints })).toThrow(
      /^EXCHANGE_UNSUPPORTED/,
    );
  });
});
