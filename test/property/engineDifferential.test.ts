import { describe, expect, it } from '@jest/globals';
import { selfCheck } from '../../src/simulator/engine/selfCheck.ts';
import { Random } from '../../src/core/domain/random.ts';
import { INSTRUMENTS, Twins, USERS } from '../builders/engineTwins.ts';
import { OperationStream } from '../builders/operationStream.ts';

const SEED = 20_260_701;
const OPERATIONS = 100_000;
/** Everything is compared every so many operations; what users were told and what they hold, after each. */
const FULL_EVERY = 100;
const ACCOUNTS = [...USERS, 'house'];
/** A stream in which one of these hardly occurs shows nothing about it. */
const MUST_OCCUR = [
  ...['NEW', 'TRADE', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'TRIGGERED'],
  ...['AMENDED', 'amended', 'true', 'list', 'done', 'maker', 'taker', 'BTC', 'BNB', 'USDT'],
  ...['INVALID_ORDER', 'UNKNOWN_ACCOUNT', 'UNKNOWN_INSTRUMENT', 'HALTED', 'FILTER', 'LIST_PRICES'],
  ...['WOULD_TAKE', 'WOULD_TRIGGER', 'DUPLICATE_CLIENT_ID', 'INSUFFICIENT_FUNDS'],
];
const OFTEN = 50;

describe('the engine and a naive implementation of the same rules', () => {
  it(`agree on every answer, report, balance and book over ${String(OPERATIONS)} operations`, () => {
    const stream = new OperationStream(Random.stream(SEED, 'operations'));
    const twins = new Twins();
    const seen = new Map<string, number>();
    for (let count = 1; count <= OPERATIONS; count += 1) {
      const operation = stream.next();
      const { asked } = operation;
      const { engine, naive } = twins.run(operation);
      if (engine !== naive)
        expect({ count, asked, said: engine }).toEqual({ count, asked, said: naive });
      for (const word of engine.match(/[A-Za-z_]{3,}/g) ?? [])
        seen.set(word, (seen.get(word) ?? 0) + 1);
      compareBalances(twins, count);
      if (count % FULL_EVERY === 0) compareAll(twins, count);
    }
    compareAll(twins, OPERATIONS);
    expect(MUST_OCCUR.filter((word) => (seen.get(word) ?? 0) < OFTEN)).toEqual([]);
  }, 120_000);
});

function compareBalances(twins: Twins, count: number): void {
  for (const account of ACCOUNTS) {
    const [engine, naive] = twins.balances(account);
    if (engine !== naive) expect(`after ${count}: ${engine}`).toBe(`after ${count}: ${naive}`);
  }
}

function compareAll(twins: Twins, count: number): void {
  for (const { id } of INSTRUMENTS) {
    const [engine, naive] = twins.book(id);
    if (engine !== naive) expect(`after ${count}: ${engine}`).toBe(`after ${count}: ${naive}`);
  }
  const [engine, naive] = twins.fees();
  expect(engine).toBe(naive);
  expect(selfCheck(twins.engine)).toEqual([]);
  twins.restart();
}
