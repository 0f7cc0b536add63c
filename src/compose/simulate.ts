/** The simulated exchange on its own, in this process: `plimsoll sim`. */
import type { SimulatorSummary } from '../simulator/control.ts';
import { describeGap } from '../simulator/market/recordingGaps.ts';
import { ControlError } from '../simulator/controlError.ts';
import { startSimulator, type Simulator } from '../simulator/server.ts';
import { SIMULATOR_DEFAULTS, type SimulatorOptions } from '../simulator/options.ts';
import type { VenueName } from '../simulator/venues/registry.ts';
import { accountOf } from './simulatorAccount.ts';
import { faultsOf, type FaultFile } from './simulatorFaults.ts';
import type { SimulatorRequest } from './simulatorRequest.ts';
import { latencyOf, marketOf, stateOf, venueOf } from './simulatorOptions.ts';

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

/**
 * @throws Error `USAGE` or `CONFIG_INVALID` for words and files that cannot be; Error for a recording that cannot be
 * replayed, a port that is taken, or a folder of another world.
 */
export async function simulate(request: SimulatorRequest): Promise<RunningSimulator> {
  const venue = venueOf(request.venue ?? SIMULATOR_DEFAULTS.venue);
  const faults = request.faults === undefined ? undefined : faultsOf(request.faults);
  const account = accountOf(request);
  const { apiKey, secret: apiSecret, passphrase = '' } = account;
  const simulator = await started(
    { port: request.port ?? 0, venue, accounts: [account], ...optionsOf(request) },
    faults,
  );
  const { httpUrl, wsUrl, controlUrl, controlToken, world } = simulator;
  return {
    ...{ venue, httpUrl, wsUrl, controlUrl, controlToken, apiKey, apiSecret, passphrase },
    remarks: world.gaps.map(describeGap),
    summary: () => simulator.summary(),
    close: () => simulator.close(),
  };
}

/** Starts an exchange; what is wrong with its faults is told with the places in their file. */
async function started(
  options: SimulatorOptions,
  faults: FaultFile | undefined,
): Promise<Simulator> {
  if (faults === undefined) return startSimulator(options);
  try {
    return await startSimulator({ ...options, faults: faults.document });
  } catch (error) {
    throw error instanceof ControlError ? faults.refusal(error.issues) : error;
  }
}

function optionsOf(request: SimulatorRequest): Partial<SimulatorOptions> {
  const { seed, market, correlation, speed, latency, controlPort, state } = request;
  return {
    ...(seed !== undefined && { seed }),
    ...(market !== undefined && marketOf(market, request.strict ?? false)),
    ...(correlation !== undefined && { correlation }),
    ...(speed !== undefined && (speed === 'paused' ? { paused: true } : { speed })),
    ...(latency !== undefined && { latency: latencyOf(latency) }),
    ...(controlPort !== undefined && { controlPort }),
    ...(state !== undefined && { statePath: stateOf(state) }),
  };
}
