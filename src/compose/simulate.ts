/** The simulated exchange on its own, in this process: `plimsoll sim`. */
import { randomBytes } from 'node:crypto';
import { startSimulator } from '../simulator/server.ts';

export interface SimulatorRequest {
  readonly port?: number;
  readonly seed?: number;
  readonly speed?: number;
  readonly replay?: string;
  readonly symbol?: string;
  readonly stateDir?: string;
  readonly apiKey?: string;
  readonly apiSecret?: string;
}

export interface RunningSimulator {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  summary(): string;
  close(): Promise<void>;
}

const PLAY_MONEY = { USDT: '10000' };

/** Keys come from the request, else from the environment, else they are made up. */
function accountFor(request: SimulatorRequest): {
  readonly apiKey: string;
  readonly secret: string;
} {
  const { PLIMSOLL_API_KEY: envKey, PLIMSOLL_API_SECRET: envSecret } = process.env;
  return {
    apiKey: request.apiKey ?? envKey ?? randomBytes(16).toString('hex'),
    secret: request.apiSecret ?? envSecret ?? randomBytes(32).toString('hex'),
  };
}

type MarketOptions = Omit<Parameters<typeof startSimulator>[0], 'accounts' | 'port'>;

function marketOf(request: SimulatorRequest): MarketOptions {
  const { seed, speed, stateDir, replay, symbol } = request;
  return {
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
    ...(stateDir !== undefined && { statePath: stateDir }),
    ...(replay !== undefined && {
      replay: { files: [{ file: replay, ...(symbol !== undefined && { symbol }) }] },
    }),
  };
}

/** @throws Error for a recording that cannot be replayed, a port that is taken, or a folder of another world. */
export async function simulate(request: SimulatorRequest): Promise<RunningSimulator> {
  const account = accountFor(request);
  const simulator = await startSimulator({
    port: request.port ?? 0,
    accounts: [{ ...account, balances: PLAY_MONEY }],
    ...marketOf(request),
  });
  const host = `127.0.0.1:${String(simulator.port)}`;
  return {
    httpUrl: `http://${host}`,
    wsUrl: `ws://${host}`,
    apiKey: account.apiKey,
    apiSecret: account.secret,
    summary: () => {
      const { market_time: at, accounts } = simulator.state();
      const open = accounts.reduce((sum, account) => sum + account.open_orders.length, 0);
      return `market time ${String(at)}, ${String(open)} open orders, ${String(simulator.log().length)} requests`;
    },
    close: () => simulator.close(),
  };
}
