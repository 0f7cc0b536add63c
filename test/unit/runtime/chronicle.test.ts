import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/adapters/clock/manualClock.ts';
import { explain, severityOf } from '../../../src/runtime/explain.ts';
import { dec } from '../../../src/core/domain/decimal.ts';
import { asset, tradeId } from '../../../src/core/domain/ids.ts';
import { StepOutput } from '../../../src/core/engine/output.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import { Chronicle, LINES_MAX, WINDOW_MS } from '../../../src/runtime/chronicle.ts';
import { aFill, BTC_USDT } from '../../builders/orders.ts';
import { QUIET } from '../../builders/runtime.ts';
import { aTrader, type TraderBench } from '../../builders/trader.ts';

type Line = Readonly<Record<string, unknown>> & { readonly text: string; readonly level: string };

let lines: Line[];
let clock: ManualClock;
let chronicle: Chronicle;

beforeEach(() => {
  lines = [];
  clock = new ManualClock(0);
  const say =
    (level: string): Logger['info'] =>
    (fields, text) => {
      lines.push({ ...fields, text, level });
    };
  const logger: Logger = { ...QUIET, info: say('info'), warn: say('warn') };
  chronicle = new Chronicle({ logger, clock, explain, severityOf });
});

function sessionOf({ trader }: TraderBench) {
  const session = trader.parts?.session;
  if (!session) throw new Error('not started');
  return session;
}

/** A trader whose steps are written down from here on. */
async function chronicled(): Promise<TraderBench> {
  const bench = aTrader();
  await bench.start();
  sessionOf(bench).onStep((output) => {
    chronicle.step(output);
  });
  return bench;
}

/** A step that only came to a note. */
function noting(code: string): StepOutput {
  const output = new StepOutput();
  output.note({ at: 1, code, inputs: {} });
  return output;
}

const texts = (): readonly string[] => lines.map(({ text }) => text);

describe('the chronicle', () => {
  it('tells an order from its plan to its end, with every id it has and why it was made', async () => {
    const bench = await chronicled();
    await bench.buy(0);
    const [order] = sessionOf(bench).liveOrders();
    const { intentId, clientOrderId, strategyId, reason } = order?.intent ?? {};
    const planned = lines.find(({ code }) => code === 'ORDER_PLANNED');
    expect(planned).toMatchObject({
      level: 'info',
      ...{ strategy: strategyId, symbol: 'BTC/USDT', intent: intentId, client: clientOrderId },
    });
    expect(planned?.text).toMatch(/^order: buy [\d.]+ BTC\/USDT at [\d.]+, because: /u);
    expect(planned?.text).toContain(reason);
    sessionOf(bench).control({ action: 'cancelAll', reason: 'test' });
    await bench.wait(2);
    expect(lines.find(({ code }) => code === 'ORDER_CANCELLED')).toMatchObject({
      text: 'order: cancelled with 0 filled',
      order: order?.exchangeOrderId,
    });
  });

  it('tells a fill with its trade and all its fees', async () => {
    const bench = await chronicled();
    await bench.buy(0);
    const [order] = sessionOf(bench).liveOrders();
    if (!order?.exchangeOrderId) throw new Error('the order does not rest');
    const { exchangeOrderId, intent } = order;
    const fees = {
      ...{ fee: dec('0.001'), feeAsset: asset('BTC') },
      moreFees: [{ asset: asset('GT'), amount: dec('0.5') }],
    };
    const what = { amount: dec('0.01'), price: dec('100'), tradeId: tradeId('7') };
    sessionOf(bench).fill(aFill({ exchangeOrderId, ...what, ...fees }));
    expect(lines.find(({ trade }) => trade === '7')).toEqual({
      level: 'info',
      text: 'fill: buy 0.01 BTC/USDT at 100, fee 0.001 BTC + 0.5 GT',
      ...{ strategy: intent.strategyId, symbol: 'BTC/USDT', intent: intent.intentId },
      ...{ order: exchangeOrderId, trade: '7' },
    });
  });

  it('tells a decision when it changes, and a halt as an alarm', async () => {
    const bench = await chronicled();
    sessionOf(bench).control({ action: 'pause', reason: 'lunch' });
    sessionOf(bench).control({ action: 'halt', symbol: BTC_USDT, reason: 'odd' });
    expect(texts()).toContain('paused: lunch');
    expect(lines.find(({ code }) => code === 'HALT')).toMatchObject({
      ...{ level: 'warn', text: 'BTC/USDT halted: odd', symbol: 'BTC/USDT' },
    });
    await bench.buy(0);
    expect(texts().filter((text) => text.startsWith('decision: refused'))).toHaveLength(1);
    await bench.buy(1);
    expect(texts().filter((text) => text.startsWith('decision: refused'))).toHaveLength(1);
  });

  it('writes so many lines in a window, and then how many it has left out', () => {
    for (let line = 0; line < LINES_MAX + 5; line += 1) chronicle.step(noting('ARMED'));
    expect(lines).toHaveLength(LINES_MAX);
    // Alarms have room of their own.
    chronicle.step(noting('HALT'));
    expect(lines).toHaveLength(LINES_MAX + 1);
    clock.advance(WINDOW_MS);
    expect(lines.at(-1)).toMatchObject({ level: 'info', lines: 5 });
    chronicle.step(noting('ARMED'));
    expect(lines.at(-1)).toMatchObject({ code: 'ARMED' });
    clock.advance(WINDOW_MS);
    expect(lines).toHaveLength(LINES_MAX + 3);
  });

  it('says what it has left out before it ends', () => {
    for (let line = 0; line < LINES_MAX + 1; line += 1) chronicle.step(noting('ARMED'));
    chronicle.close();
    expect(lines.at(-1)).toMatchObject({ lines: 1 });
  });
});
