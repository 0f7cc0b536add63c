/** A simulated exchange in a process of its own, for tests that kill it: prints its port and world id as JSON. */
import { startSimulator } from '../../../src/simulator/server.ts';
import { KEY } from './signedClient.ts';

const simulator = await startSimulator({
  port: 0,
  speed: 60,
  historyBars: 2,
  accounts: [{ ...KEY, balances: { USDT: '10000', BTC: '1' } }],
  statePath: process.argv[2] ?? '',
});
console.log(JSON.stringify({ port: simulator.port, worldId: simulator.worldId }));
