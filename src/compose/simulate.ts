/** The simulated exchange on its own, in this process: `plimsoll sim`. */
import { randomBytes } from 'node:crypto';
import type { SimulatorSummary } from '../simulator/control.ts';
import { describeGap } from '../simulator/market/recordingGaps.ts';
import { startSimulator } from '../simulator/server.ts';
import type { SimulatorOptions } from '../simulator/options.ts';
import type { VenueName } from '../simulator/venues/registry.ts';
import { faultsOf, latencyOf, marketOf, venueOf } from './simulatorOptions.ts';

export interface SimulatorRequest {
  readonly venue?: string;
  readonly seed?: number;
  /** A regime, or recorded files. */
  readonly market?: readonly string[];
  readonly strict?: boolean;
  readonly speed?: number | 'max' | 'paused';
  readonly latency?: string;
  /** File of fault rules and conditions. */
  readonly faults?: string;
  readonly port?: number;
  readonly controlPort?: number;
  readonly state?: string;
}

export interface RunningSimulator {
  readonly venue: VenueName;
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
  readonly remarks: readonly string[];
  summary(): SimulatorSummary;
  close(): Promise<void>;
}

const PLAY_MONEY = { USDT: '10000' };

/** Keys come from the environment, else they are made up. */
function freshAccount(): { apiKey: string; secret: string; passphrase: string } {
  const { PLIMSOLL_API_KEY: apiKey, PLIMSOLL_API_SECRET: secret } = process.env;
  return {
    apiKey: apiKey ?? randomBytes(16).toString('hex'),
    secret: secret ?? randomBytes(32).toString('hex'),
    passphrase: 'play-money',
  };
}

/**
 * @throws Error `USAGE` or `CONFIG_INVALID` for words and files that cannot be; Error for a recording that cannot be
 * replayed, a port that is taken, or a folder of another world.
 */
export async function simulate(request: SimulatorRequest): Promise<RunningSimulator> {
  const venue = venueOf(request.venue ?? 'binance');
  const account = freshAccount();
  const { apiKey, secret: apiSecret, passphrase } = account;
  const simulator = await startSimulator({
    port: request.port ?? 0,
    venue,
    accounts: [{ ...account, balances: PLAY_MONEY }],
    ...optionsOf(request),
  });
  const { httpUrl, wsUrl, controlUrl, controlToken, world } = simulator;
  return {
    ...{ venue, httpUrl, wsUrl, controlUrl, controlToken, apiKey, apiSecret, passphrase },
    remarks: world.gaps.map(describeGap),
    summary: () => simulator.summary(),
    close: () => simulator.close(),
  };
}

function optionsOf(request: SimulatorRequest): Partial<SimulatorOptions> {
  const { seed, market, speed, latency, faults, controlPort, state } = request;
  return {
    ...(seed !== undefined && { seed }),
    ...(market !== undefined && marketOf(market, request.strict ?? false)),
    ...(speed !== undefined && (speed === 'paused' ? { paused: true } : { speed })),
    ...(latency !== undefined && { latency: latencyOf(latency) }),
    ...(faults !== undefined && { faults: faultsOf(faults) }),
    ...(controlPort !== undefined && { controlPort }),
    ...(state !== undefined && { statePath: state }),
  };
}
