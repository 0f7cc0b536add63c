/** The simulated exchange as a server, in a process of its own: answers with the processor time it has used. */
import { startSimulator } from '../../../src/simulator/server.ts';
import type { ChildService } from '../child.ts';
import { KEY, type VenueReady, type VenueRequest } from '../venue.ts';

export async function open(request: unknown): Promise<ChildService> {
  const { tradesPerSecond } = request as VenueRequest;
  const simulator = await startSimulator({
    port: 0,
    historyBars: 2,
    accounts: [{ ...KEY, balances: { USDT: '1000000000', BTC: '10000' } }],
    ...(tradesPerSecond > 0 && { flood: { symbol: 'BTC/USDT', perSecond: tradesPerSecond } }),
  });
  return {
    ready: { urls: simulator.urls, cpuMs: 0 } satisfies VenueReady,
    handle: async () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
  };
}
