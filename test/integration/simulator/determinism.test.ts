/** The same seed and the same input log give the same state hash in another process. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startTypescript } from '../../builders/child.ts';
import { walkCandles, walkTrades } from '../../builders/recordings.ts';
import { tradeAround } from '../../builders/worldSession.ts';
import { inputFile, readInputs, replayInputs } from '../../../src/simulator/market/inputLog.ts';
import { World } from '../../../src/simulator/market/world.ts';
import type { WorldOptions } from '../../../src/simulator/market/worldOptions.ts';
import type { SimulatorOptions } from '../../../src/simulator/options.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import { identityOf, worldOptionsOf } from '../../../src/simulator/worldSetup.ts';
import { KEY, signed } from './signedClient.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-determinism-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const BASE = { seed: 11, startAtMs: 1_760_000_000_000, historyBars: 1, accounts: [] };

const WORLDS: Readonly<Record<string, () => WorldOptions>> = {
  synthetic: () => ({ ...BASE, regime: 'squeeze' }),
  candles: () => ({
    ...BASE,
    replay: { files: [{ file: walkCandles(folder, 'x_ETHUSDT_1m', 1, 30) }] },
  }),
  trades: () => ({
    ...BASE,
    replay: { files: [{ file: walkTrades(folder, 'x_BTCUSDT_trades', 1, 30) }] },
  }),
};

async function hashInChild(options: WorldOptions, file: string, untilMs: number): Promise<string> {
  const child = startTypescript(new URL('determinismChild.ts', import.meta.url), [
    JSON.stringify(options),
    file,
    String(untilMs),
  ]);
  return (await text(child.stdout)).trim();
}

describe('a world and its input log', () => {
  it.each(Object.keys(WORLDS))(
    'come to the same state in two other processes: %s',
    async (name) => {
      const options = WORLDS[name]?.() ?? BASE;
      const file = join(folder, `${name}.jsonl`);
      const world = new World({ ...options, recordInputs: inputFile(file) });
      tradeAround(world, { seed: 12, steps: 60, stepMs: 9_000 });
      const hashes = await Promise.all([
        hashInChild(options, file, world.nowMs),
        hashInChild(options, file, world.nowMs),
      ]);
      expect(hashes).toEqual([world.stateHash(), world.stateHash()]);
    },
  );
});

describe('an exchange that writes its inputs down', () => {
  it('can be made again from them, to the same state', async () => {
    const options: SimulatorOptions = {
      port: 0,
      paused: true,
      seed: 4,
      startAtMs: BASE.startAtMs,
      historyBars: 1,
      accounts: [{ ...KEY, balances: { USDT: '100000', BTC: '1' } }],
      inputFile: join(folder, 'wire.jsonl'),
    };
    const simulator = await startSimulator(options);
    const base = simulator.urls.private;
    const order = { symbol: 'BTCUSDT', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };
    const { lastTicks } = simulator.world.market('BTCUSDT');
    for (let step = 0; step < 8; step += 1) {
      const side = step % 2 === 0 ? 'BUY' : 'SELL';
      const price = ((lastTicks * (side === 'BUY' ? 0.9995 : 1.0005)) / 100).toFixed(2);
      const newClientOrderId = `n${String(step)}`;
      const params = { ...order, side, price, newClientOrderId };
      expect((await signed({ base, method: 'POST', path: '/order', params })).status).toBe(200);
      simulator.world.advanceTo(simulator.world.nowMs + 60_000);
    }
    const { world } = simulator;
    expect([...world.engine.accounts.values()].some(({ trades }) => trades.length > 0)).toBe(true);
    await simulator.close();
    const identity = identityOf(options, undefined, 0);
    const inputs = readInputs(join(folder, 'wire.jsonl'));
    expect(inputs.length).toBeGreaterThanOrEqual(8);
    const again = replayInputs(worldOptionsOf(options, identity), inputs, world.nowMs);
    expect(again.stateHash()).toBe(world.stateHash());
  });
});
