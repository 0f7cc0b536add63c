import { describe, expect, it } from '@jest/globals';
import { painter } from '../../../../../src/interface/cli/render/colour.ts';
import { statusLines, statusScreen } from '../../../../../src/interface/cli/render/statusText.ts';
import { widthOf } from '../../../../../src/interface/cli/render/text.ts';
import type { StrategyStatus } from '../../../../../src/runtime/statusDocument.ts';
import { STATUS } from '../../../../builders/fakeApp.ts';

const [SOUND] = STATUS.strategies;

function aStrategy(id: string, changes: Partial<StrategyStatus> = {}): StrategyStatus {
  if (!SOUND) throw new Error('no strategy');
  const flat = { amount: '0', cost: '0', average_price: null, booked: null, not_there: '0' };
  const text = 'holding since 2 bars: %b 0.099528691 is below 0.5, the RSI 34.725872 below 60';
  const last_decision = { ...SOUND.last_decision, text };
  return { ...SOUND, id, position: flat, open_orders: 0, last_decision, ...changes };
}

const many = Array.from({ length: 70 }, (_, n) => aStrategy(`strategy-${n}`));
const look = (width: number) => ({ paint: painter(false), width });
const attention = Array.from({ length: 9 }, (_, n) => ({
  ...{ code: 'strategy.failed', since_market: null, since_wall: '2024-01-01T00:00:00.000Z' },
  ...{ symbol: 'BTC/USDT', strategy: `strategy-${n}`, order: null },
  ...{ text: `stopped after an error: ${n}`, action: 'report it', command: 'plimsoll restart' },
}));

describe('seventy strategies on 80 columns and 24 lines', () => {
  it('fit, with how many more there are and the total of all', () => {
    const lines = statusScreen({ ...STATUS, strategies: many }, look(80), { height: 23 });
    expect(lines).toHaveLength(23);
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
    expect(lines[0]).toContain('plimsoll 9.8.7');
    const [more = '', total = ''] = lines.slice(-2);
    const shown = lines.filter((line) => line.startsWith('strategy-')).length;
    expect(shown).toBeGreaterThan(8);
    expect(more).toBe(`… ${70 - shown} more`);
    expect(total).toMatch(/^total .*\+6160\.00/u);
  });

  it('show enough of each last decision, and rather fewer columns', () => {
    const lines = statusScreen({ ...STATUS, strategies: many }, look(80), { height: 23 });
    const row = lines.find((line) => line.startsWith('strategy-0')) ?? '';
    expect(row).toContain('+88.00  09:31:00 holding since 2 bars');
    expect(lines.find((line) => line.startsWith('STRATEGY'))).not.toContain('FILLS');
  });

  it('begin with those that want a look and those that hold something', () => {
    const strategies = [
      ...many.slice(0, 60),
      aStrategy('holds', {
        position: { amount: '0.5', cost: '1', average_price: '2', booked: null, not_there: '0' },
      }),
      aStrategy('broken', { state: 'failed' }),
      aStrategy('small', { state: 'cannot-trade' }),
      aStrategy('waits', { open_orders: 3 }),
    ];
    const lines = statusScreen({ ...STATUS, strategies }, look(80), { height: 23 });
    const first = lines.findIndex((line) => line.startsWith('STRATEGY')) + 1;
    const ids = lines.slice(first, first + 5).map((line) => line.split(' ')[0]);
    expect(ids).toEqual(['broken', 'small', 'holds', 'waits', 'strategy-0']);
  });

  it('leave room for what needs attention, which has at most half and says how much more there is', () => {
    const lines = statusScreen({ ...STATUS, strategies: many, attention }, look(80), {
      height: 23,
    });
    expect(lines).toHaveLength(23);
    const shown = lines.filter((line) => line.startsWith('! strategy.failed')).length;
    expect(shown).toBeGreaterThan(2);
    expect(lines).toContain(`! ${9 - shown} more need attention: \`plimsoll status\` lists them`);
    expect(lines.some((line) => line.startsWith('… '))).toBe(true);
  });

  it('never take more lines than there are, however small the screen', () => {
    for (let height = 1; height < 40; height += 1)
      for (const width of [20, 40, 80, 200]) {
        const lines = statusScreen({ ...STATUS, strategies: many, attention }, look(width), {
          height,
        });
        expect(lines.length).toBeLessThanOrEqual(height);
        expect(lines[0]).toContain('plimsoll');
      }
  });
});

describe('all strategies in a narrow terminal that scrolls', () => {
  it('have their last decision whole, below their line', () => {
    const lines = statusLines({ ...STATUS, strategies: many.slice(0, 2) }, look(80));
    expect(lines.slice(-6)).toEqual(
      [
        'STRATEGY    SYMBOL    STATE   POSITION  STOP       RESULT  FILLS  ORDERS',
        'strategy-0  BTC/USDT  active         -  exchange   +88.00     12       0',
        '  09:31:00 holding since 2 bars: %b 0.099528691 is below 0.5, the RSI 34.725872',
        '  below 60',
        'strategy-1  BTC/USDT  active         -  exchange   +88.00     12       0',
        '  09:31:00 holding since 2 bars: %b 0.099528691 is below 0.5, the RSI 34.725872',
        '  below 60',
        'total                                             +176.00     24       0',
      ].slice(-6),
    );
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
  });

  it('stand on one line each where that is wide enough', () => {
    const lines = statusLines({ ...STATUS, strategies: many.slice(0, 2) }, look(160));
    expect(lines.at(-3)).toMatch(/^strategy-0 .* 34\.725872 below 60$/u);
  });
});
