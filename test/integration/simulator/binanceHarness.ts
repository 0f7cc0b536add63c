/** A simulated Binance and an unmodified ccxt in front of it, for the conformance suites. */
import type { SimulatorOptions } from '../../../src/simulator/options.ts';
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt } from './ccxtClient.ts';
import { KEY } from './signedClient.ts';

export const SYMBOL = 'BTC/USDT';
const DEADLINE_MS = 15_000;
/** Time to start an exchange and to load ccxt, on a busy machine. */
export const BENCH_MS = 60_000;
/** The market stands still, but for what a test lets happen. */
const STILL = 0.0001;

/** Waits until the venue has answered the user stream's subscription; what happens before is not reported. */
export async function userStreamUp({ simulator, exchange }: Bench): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const client = exchange.clients[simulator.urls.ws['ws-api'].spot];
    const isUp =
      client !== undefined &&
      'spot' in client.subscriptions &&
      !('authenticate:signature:spot' in client.futures);
    if (isUp) return;
    if (Date.now() > end) throw new Error('the user stream did not come up');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Bench {
  readonly simulator: Simulator;
  readonly exchange: Binance;
  close(): Promise<void>;
}

/** Starts both, with markets loaded; two minutes have passed on the market, so that its tape is not empty. */
export async function startBench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const simulator = await startSimulator({
    port: 0,
    seed: 5,
    speed: STILL,
    historyBars: 400,
    accounts: [{ ...KEY, balances: { USDT: '100000', BTC: '2' } }],
    ...options,
  });
  simulator.world.advanceTo(simulator.world.nowMs + 120_000);
  const exchange = await connectCcxt(simulator.urls, KEY);
  await exchange.loadMarkets();
  return {
    simulator,
    exchange,
    close: async () => {
      await simulator.close();
      await exchange.close();
    },
  };
}

/** Repeats a watch call until it gives what is wanted. */
export async function watchUntil<T>(
  watch: () => Promise<T>,
  isWanted: (value: T) => boolean,
): Promise<T> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await watch();
    if (isWanted(value)) return value;
    if (Date.now() > end) throw new Error(`not seen in ${String(DEADLINE_MS)} ms`);
  }
}

/** Class and message of what a call rejects with. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await call;
    return { name: 'no error', message: '' };
  } catch (error) {
    const { constructor, message } = error as Error;
    return { name: constructor.name, message };
  }
}

/** A last price that happened elsewhere: it fires triggers and leaves the book alone. */
export function moveLastPrice({ world }: Simulator, price: number): void {
  world.engine.onLastPrice('BTCUSDT', Math.round(price * 100), world.nowMs);
}

/** Lets the market go on for a while of its own time. */
export function letPass({ world }: Simulator, ms: number): void {
  world.advanceTo(world.nowMs + ms);
}
