/** Words of `plimsoll sim`: how ccxt reaches the exchange, and the live summary. */
import type { RunningSimulator, SimulatorSummary } from '../../app.ts';
import { printable } from './text.ts';
import { utc } from './values.ts';

/** Play money: keys and token are worth nothing, so they may be shown. */
export function recipeLines(simulator: RunningSimulator): string[] {
  const { venue, httpUrl, wsUrl, controlUrl, controlToken } = simulator;
  const speaks = venue === 'binance' ? 'Binance spot' : 'OKX spot';
  return [
    `The simulated exchange speaks ${speaks} on ${httpUrl} and ${wsUrl}. To use it with ccxt:`,
    '',
    ...(venue === 'binance' ? binanceRecipe(simulator) : okxRecipe(simulator)),
    '',
    `Faults, time and state: curl -H 'X-Sim-Token: ${controlToken}' ${controlUrl} (docs/simulator.md)`,
    'Ctrl-C ends it.',
  ];
}

function binanceRecipe({ httpUrl, wsUrl, apiKey, apiSecret }: RunningSimulator): string[] {
  return [
    "  import ccxt from 'ccxt';",
    '  class Simulated extends ccxt.pro.binance {',
    '    getExceptionsByUrl(url, key) {',
    "      return this.safeDict(this.safeDict(this.exceptions, 'spot', {}), key, {});",
    '    }',
    '  }',
    '  const exchange = new Simulated({',
    `    apiKey: '${apiKey}',`,
    `    secret: '${apiSecret}',`,
    "    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, fetchMargins: false, fetchCurrencies: false },",
    '  });',
    '  exchange.urls.api = {',
    `    public: '${httpUrl}/api/v3', private: '${httpUrl}/api/v3', sapi: '${httpUrl}/sapi/v1',`,
    `    ws: { spot: '${wsUrl}/stream/ws', 'ws-api': { spot: '${wsUrl}/ws-api/v3' } },`,
    '  };',
    '  await exchange.loadHttpProxyAgent();',
  ];
}

function okxRecipe({ httpUrl, wsUrl, apiKey, apiSecret, passphrase }: RunningSimulator): string[] {
  return [
    "  import ccxt from 'ccxt';",
    '  const exchange = new ccxt.pro.okx({',
    `    apiKey: '${apiKey}',`,
    `    secret: '${apiSecret}',`,
    `    password: '${passphrase}',`,
    "    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },",
    '  });',
    `  exchange.urls.api = { rest: '${httpUrl}', ws: '${wsUrl}/ws/v5' };`,
    '  await exchange.loadHttpProxyAgent();',
  ];
}

/** The live summary. @param perSecond requests in the last second. */
export function summaryLines(summary: SimulatorSummary, perSecond: number): string[] {
  const { connections, open_orders: open, fills, faults, violations } = summary;
  const prices = Object.entries(summary.last_prices).map(([id, price]) => `${id} ${price}`);
  return [
    `market time ${utc(summary.market_time)}   ${pace(summary)}`,
    prices.join('   '),
    `${connections} connections   ${perSecond} requests/s   ${open} open orders   ${fills} fills   ${faults} faults`,
    ...violations.map((violation) => `VIOLATED: ${violation}`),
  ].map(printable);
}

function pace({ speed, paused, ended }: SimulatorSummary): string {
  if (ended) return 'the recording is over';
  if (paused) return 'paused';
  return speed === 'max' ? 'as fast as the clients' : `speed ${speed}`;
}
