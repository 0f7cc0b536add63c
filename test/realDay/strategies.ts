/** Strategies that keep busy at real speed: several per coin, bars of a minute, orders that rest, stops at the exchange. */

function strategy(id: string, kind: string, symbol: string, ...lines: readonly string[]): string {
  const head = [`id: ${id}`, `kind: ${kind}`, `symbol: ${symbol}`, 'timeframe: 1m'];
  return ['schema_version: 1', ...head, ...lines, ''].join('\n');
}

const grid = (id: string, symbol: string): string =>
  strategy(
    ...[id, 'grid', symbol, 'budget: 600 USDT'],
    ...['lower: -4%', 'upper: +4%', 'lines: 31', 'spacing: geometric', 'recenter: when_flat'],
  );

const dca = (id: string, symbol: string, amount: string): string =>
  strategy(
    ...[id, 'dca', symbol, 'budget: 400 USDT'],
    ...[
      'every: 1m',
      `amount: ${amount} USDT`,
      'take_profit: 0.5%',
      'stop_loss: 6%',
      'cooldown: 5m',
    ],
  );

const trend = (id: string, symbol: string): string =>
  strategy(
    ...[id, 'trend', symbol, 'budget: 200 USDT'],
    ...['ema_fast: 2', 'ema_slow: 3', 'stop_loss: 4%', 'cooldown: 2m'],
  );

export const STRATEGIES: Readonly<Record<string, string>> = {
  'grid-btc.yaml': grid('grid-btc', 'BTC/USDT'),
  'grid-sol.yaml': grid('grid-sol', 'SOL/USDT'),
  'dca-btc.yaml': dca('dca-btc', 'BTC/USDT', '31'),
  'dca-eth.yaml': dca('dca-eth', 'ETH/USDT', '37'),
  'trend-eth.yaml': trend('trend-eth', 'ETH/USDT'),
  'trend-sol.yaml': trend('trend-sol', 'SOL/USDT'),
};
