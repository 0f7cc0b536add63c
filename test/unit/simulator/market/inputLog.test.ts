import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { walkCandles, walkTrades } from '../../../builders/recordings.ts';
import { tradeAround } from '../../../builders/worldSession.ts';
import { selfCheck } from '../../../../src/simulator/engine/selfCheck.ts';
import { inputFile, readInputs, replayInputs } from '../../../../src/simulator/market/inputLog.ts';
import { DEFAULT_SYMBOLS } from '../../../../src/simulator/market/synthetic.ts';
import type { WorldSnapshot } from '../../../../src/simulator/market/worldTypes.ts';
import { World } from '../../../../src/simulator/market/world.ts';
import type { WorldOptions } from '../../../../src/simulator/market/worldOptions.ts';

const START = 1_760_000_000_000;
const BASE = { seed: 3, startAtMs: START, historyBars: 1, accounts: [] };

let folder = '';
const worlds = new Map<string, WorldOptions>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-inputs-'));
  const trades = walkTrades(folder, 'x_BTCUSDT_trades', 1, 20);
  const candles = walkCandles(folder, 'x_ETHUSDT_1m', 2, 20);
  worlds.set('synthetic', { ...BASE, symbols: DEFAULT_SYMBOLS.slice(0, 2) });
  worlds.set('crash', { ...BASE, symbols: DEFAULT_SYMBOLS.slice(0, 1), regime: 'crash' });
  worlds.set('candles', { ...BASE, replay: { files: [{ file: candles }] } });
  worlds.set('trades', { ...BASE, replay: { files: [{ file: trades }] } });
  worlds.set('merged', { ...BASE, replay: { files: [{ file: trades }, { file: candles }] } });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function optionsOf(name: string): WorldOptions {
  const options = worlds.get(name);
  if (options === undefined) throw new Error(`no world ${name}`);
  return options;
}

function session(options: WorldOptions): World {
  const world = new World({ ...options, recordInputs: true });
  tradeAround(world, { seed: 5, steps: 60, stepMs: 9_000 });
  return world;
}

const NAMES = ['synthetic', 'crash', 'candles', 'trades', 'merged'];

describe.each(NAMES)('a recorded session in a world of kind %s', (name) => {
  it('replays from its inputs to the same state, and does something', () => {
    const world = session(optionsOf(name));
    const bob = world.engine.accounts.get('bob');
    expect(bob?.trades.length).toBeGreaterThan(3);
    expect(selfCheck(world.engine)).toEqual([]);
    const again = replayInputs(optionsOf(name), world.inputs, world.nowMs);
    expect(again.stateHash()).toBe(world.stateHash());
    expect(session(optionsOf(name)).stateHash()).toBe(world.stateHash());
    const [, ...without] = world.inputs;
    expect(() => replayInputs(optionsOf(name), without, world.nowMs)).toThrow('no account bob');
  });

  it('goes on from a snapshot in its middle to the same state', () => {
    const straight = session(optionsOf(name));
    tradeAround(straight, { seed: 6, steps: 30, stepMs: 9_000 });
    const first = session(optionsOf(name));
    const kept = JSON.parse(JSON.stringify(first.snapshot())) as WorldSnapshot;
    const second = new World(optionsOf(name));
    second.openAccount({ id: 'bob', balances: {} });
    second.restore(kept, new Map());
    expect(second.stateHash()).toBe(first.stateHash());
    tradeAround(second, { seed: 6, steps: 30, stepMs: 9_000 });
    expect(second.stateHash()).toBe(straight.stateHash());
  });
});

describe('the input log', () => {
  it('notices an input that differs', () => {
    const world = session(optionsOf('trades'));
    const inputs = world.inputs.map((input) =>
      input.kind === 'deposit' ? { ...input, amount: '12.6' } : input,
    );
    expect(inputs).not.toEqual(world.inputs);
    const other = replayInputs(optionsOf('trades'), inputs, world.nowMs);
    expect(other.stateHash()).not.toBe(world.stateHash());
  });

  it('can be a file, which a kill leaves readable', () => {
    const file = join(folder, 'inputs.jsonl');
    const world = new World({ ...optionsOf('trades'), recordInputs: inputFile(file) });
    tradeAround(world, { seed: 8, steps: 40, stepMs: 9_000 });
    expect(world.inputs).toEqual([]);
    appendFileSync(file, '{"kind":"place","atMs"');
    const inputs = readInputs(file);
    expect(inputs.length).toBeGreaterThan(20);
    const again = replayInputs(optionsOf('trades'), inputs, world.nowMs);
    expect(again.stateHash()).toBe(world.stateHash());
  });

  it.each([
    ['no JSON', 'place'],
    ['null', 'null'],
    ['an unknown kind', '{"kind":"explode","atMs":9}'],
    ['no time', '{"kind":"cancelAll","accountId":"a"}'],
    ['a time before the last', '{"kind":"cancelAll","accountId":"a","atMs":4}'],
  ])('refuses a line with %s and names it', (_name, line) => {
    const file = join(folder, 'bad.jsonl');
    writeFileSync(file, `{"kind":"cancelAll","accountId":"a","atMs":5}\n${line}\n`);
    expect(() => readInputs(file)).toThrow(/bad\.jsonl:2: expected an input with kind \(/);
  });

  it('refuses an input from a listener, which has no place in it', () => {
    const world = new World({ ...optionsOf('synthetic'), recordInputs: true });
    world.observe({
      onMinute: () => {
        world.cancelAll('bob');
      },
    });
    expect(() => {
      world.advanceTo(START + 120_000);
    }).toThrow('cancelAll while time moves cannot be recorded');
    expect(world.inputs).toEqual([]);
    expect(() => world.cancelAll('bob')).not.toThrow();
  });
});
