import { describe, expect, it } from '@jest/globals';
import { Params } from '../../../../../src/simulator/venues/binance/params.ts';

describe('parameters', () => {
  it('come from query and body together, each name once', () => {
    const params = new Params('a=1&b=x%20y', 'c=3');
    expect([params.integer('a'), params.text('b'), params.required('c')]).toEqual([1, 'x y', '3']);
    expect(() => new Params('a=1', 'a=2')).toThrow('Duplicate values for a parameter detected.');
  });

  it('that are empty count as not sent', () => {
    const params = new Params('symbol=');
    expect(params.text('symbol')).toBeUndefined();
    expect(() => params.required('symbol')).toThrow("Mandatory parameter 'symbol' was not sent");
  });

  it.each([
    ['integer', (params: Params) => params.integer('n'), 'n=1.5', 'Illegal characters'],
    ['page size', (params: Params) => params.limit(500, 1_000), 'limit=0', "'limit' is not valid"],
    ['decimal', (params: Params) => params.scaled('n', 8), 'n=1e3', 'Illegal characters'],
    ['precision', (params: Params) => params.scaled('n', 2), 'n=0.001', 'too much precision'],
    ['list', (params: Params) => params.list('n'), 'n=[BTC]', 'Illegal characters'],
    ['flag', (params: Params) => params.flag('n'), 'n=yes', "'n' is not valid"],
  ])('that are no %s are refused by name', (_name, read, query, text) => {
    expect(() => read(new Params(query))).toThrow(text);
  });

  it('are read as what they are', () => {
    const params = new Params('limit=5000&price=12.50&symbols=["BTCUSDT","ETHUSDT"]&on=true');
    expect(params.limit(500, 1_000)).toBe(1_000);
    expect(params.scaled('price', 8)).toBe(1_250_000_000n);
    expect(params.list('symbols')).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect([params.flag('on'), params.flag('off')]).toEqual([true, false]);
  });

  it('nobody reads are counted, and only those', () => {
    const params = new Params('a=1&b=2&c=3');
    params.text('a');
    params.text('absent');
    expect(() => {
      params.assertAllRead();
    }).toThrow("Not all sent parameters were read; read '1' parameter(s) but was sent '3'.");
    params.text('b');
    params.text('c');
    expect(() => {
      params.assertAllRead();
    }).not.toThrow();
  });
});
