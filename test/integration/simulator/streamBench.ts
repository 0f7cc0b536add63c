/** Unmodified ccxt.pro.binance in front of a running market, with short timers: for faults of its streams. */
import type { Simulator } from '../../../src/simulator/server.ts';
import { startSimulator } from '../../../src/simulator/server.ts';
import type { Binance } from './ccxtClient.ts';
import { connectCcxt, overOption, withoutStrays } from './ccxtClient.ts';
import { control } from './controlClient.ts';
import { KEY } from './signedClient.ts';

export const SYMBOL = 'BTC/USDT';
export const KEEP_ALIVE_MS = 400;

export function startStreams(): Promise<Simulator> {
  return startSimulator({
    port: 0,
    seed: 5,
    speed: 30,
    historyBars: 5,
    accounts: [{ ...KEY, balances: { USDT: '100000', BTC: '1' } }],
  });
}

/** A client whose timers are short, so that what takes minutes takes a second. */
export async function connectStreams({ urls }: Simulator): Promise<Binance> {
  const client = withoutStrays(
    await connectCcxt(urls, KEY, {
      timeout: 1_500,
      streaming: { keepAlive: KEEP_ALIVE_MS, connectionTimeout: 800 },
    }),
  );
  overOption(client, 'ws', { backoff: { base: 10, max: 50 } });
  await client.loadMarkets();
  return client;
}

/** Lets a fault happen to what matches, once or as often as `more` says. */
export function addFault(
  simulator: Simulator,
  action: object,
  match: object = {},
  more: object = { times: 1 },
): Promise<unknown> {
  return control(simulator, 'POST /rules', { match, ...more, action });
}
