/** A simulated exchange that runs nowhere. */
import type { RunningSimulator, SimulatorRequest } from '../../src/interface/app.ts';

const SUMMARY = {
  market_time: Date.UTC(2024, 0, 1, 12),
  speed: 60,
  paused: false,
  ended: false,
  last_prices: { BTCUSDT: '60000.50' },
  requests: 3,
  connections: 2,
  faults: 1,
  open_orders: 4,
  fills: 5,
  violations: [],
} as const;

export function fakeSimulator({ venue }: SimulatorRequest, onClose: () => void): RunningSimulator {
  return {
    venue: venue === 'okx' ? 'okx' : 'binance',
    httpUrl: 'http://127.0.0.1:1',
    wsUrl: 'ws://127.0.0.1:1',
    controlUrl: 'http://127.0.0.1:2/',
    controlToken: 'token',
    apiKey: 'key',
    apiSecret: 'secret',
    passphrase: 'phrase',
    remarks: ['a gap'],
    summary: () => SUMMARY,
    close: async () => {
      onClose();
    },
  };
}
