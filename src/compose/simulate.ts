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

export async function simulate(request: SimulatorRequest): Promise<RunningSimulator> {
  const { port, seed, speed, replay, symbol, stateDir } = request;
  const apiKey = request.apiKey ?? process.env['PLIMSOLL_API_KEY'] ?? randomBytes(16).toString('hex');
  const apiSecret = request.apiSecret ?? process.env['PLIMSOLL_API_SECRET'] ?? randomBytes(32).toString('hex');
  const simulator = await startSimulator({
    port: port ?? 0,
    accounts: [{ apiKey, secret: apiSecret, balances: PLAY_MONEY }],
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
    ...(stateDir !== undefined && { statePath: stateDir }),
    ...(replay !== undefined && { replay: symbol === undefined ? { file: replay } : { file: replay, symbol } }),
  });
  const host = `127.0.0.1:${String(simulator.port)}`;
  return {
    httpUrl: `http://${host}`,
    wsUrl: `ws://${host}`,
    apiKey,
    apiSecret,
    summary: () => {
      const { market_time: at, accounts } = simulator.state();
      const open = accounts.reduce((sum, account) => sum + account.open_orders.length, 0);
      return `market time ${String(at)}, ${String(open)} open orders, ${String(simulator.log().length)} requests`;
    },
    close: () => simulator.close(),
  };
}
