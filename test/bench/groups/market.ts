/** Market days per second of the simulated exchange in virtual time, and what a small world costs. */
import { runChild } from '../child.ts';
import type { MarketCase, MarketFigures } from '../children/market.ts';
import { grouped, type Figure, type Table } from '../report.ts';
import type { BenchRun, Group } from '../run.ts';

const DAY_MIN = 1_440;
const AIM_MAKE_MS = 5;

export const marketGroup: Group = {
  name: 'market',
  summary: 'market days/s in virtual time of the simulated exchange, without sockets',
  run: async (run) => [await marketTable(run)],
};

async function marketTable(run: BenchRun): Promise<Table> {
  const days = run.isQuick ? 0.25 : 3;
  const measure = (part: Partial<MarketCase>): Promise<MarketFigures> => {
    const request: MarketCase = {
      minutes: days * DAY_MIN,
      regime: 'mixed',
      historyBars: 50,
      isUserTrading: false,
      ...part,
    };
    run.progress(`${request.regime}${request.isUserTrading ? ', a user trading' : ''}`);
    return runChild('market', request) as Promise<MarketFigures>;
  };
  const alone = await measure({});
  const traded = await measure({ isUserTrading: true });
  const crash = await measure({ regime: 'crash' });
  const dead = await measure({ regime: 'dead' });
  return {
    title: 'market: three symbols, house, takers and matching, in process',
    figures: [
      daysFigure('mixed', alone, days),
      daysFigure(
        `mixed, a user with ${grouped(traded.userTrades / days)} trades a day`,
        traded,
        days,
      ),
      daysFigure('crash', crash, days),
      daysFigure('dead', dead, days),
      {
        name: 'orders in mixed',
        value: grouped(alone.orders / (alone.run.cpuMs / 1_000)),
        unit: 'orders/s',
        how: 'all accepted orders of house and takers, CPU',
      },
      {
        name: 'making a world, 50 bars of past',
        value: alone.makeMs.toFixed(2),
        unit: 'ms',
        how: 'mean of 200, CPU',
        aim: { text: `≤ ${AIM_MAKE_MS} ms`, isMet: alone.makeMs <= AIM_MAKE_MS },
      },
      {
        name: 'stateHash()',
        value: alone.hashMs.toFixed(2),
        unit: 'ms',
        how: 'mean of 200, CPU',
      },
    ],
    remarks: [
      'The user replaces 10 orders per symbol every market minute. The past of a world is made when first looked at.',
    ],
  };
}

function daysFigure(name: string, { run }: MarketFigures, days: number): Figure {
  return {
    name,
    value: (days / (run.cpuMs / 1_000)).toFixed(2),
    unit: 'market days/s',
    how: `${days} market days, CPU`,
  };
}
