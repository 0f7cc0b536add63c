/** Trading rules that change while the bot runs: what is sized from here on follows them. */
import { toText } from '../domain/decimal.ts';
import type { CrowdedEvent, RulesEvent } from '../domain/events.ts';
import type { Instrument } from '../domain/instrument.ts';
import { tend } from './guards.ts';
import { learnCrowded } from './places.ts';
import type { EngineState } from './state.ts';

/** Takes a market's rules over, and notes what is new. An order that is planned already is judged once more before it leaves. */
export function onRules(state: EngineState, { instrument }: RulesEvent): void {
  const { symbol } = instrument;
  const market = state.markets.get(symbol);
  if (!market) return;
  const changes = changesIn(market.instrument, instrument);
  if (changes === '') return;
  market.instrument = instrument;
  const inputs = { symbol, changes };
  state.out.note({ at: state.now, code: 'RULES_CHANGED', symbol, inputs });
  for (const runtime of market.strategies) tend(state, runtime);
}

/** The exchange holds no more stops on a market than it does now: which of ours they should be is looked at anew. */
export function onCrowded(state: EngineState, { symbol }: CrowdedEvent): void {
  const market = state.markets.get(symbol);
  if (!market) return;
  learnCrowded(state, market);
  for (const runtime of market.strategies) tend(state, runtime);
}

/** What differs, in words; empty when nothing does. */
function changesIn(old: Instrument, now: Instrument): string {
  const names = Object.keys({ ...old, ...now }) as (keyof Instrument)[];
  return names
    .map((name) => [name, textOf(old[name]), textOf(now[name])])
    .filter(([, before, after]) => before !== after)
    .map(([name = '', before = '', after = '']) => `${name} ${before} → ${after}`)
    .join(', ');
}

function textOf(value: Instrument[keyof Instrument]): string {
  if (value === undefined) return 'none';
  if (typeof value !== 'object') return String(value);
  return 'buy' in value ? bandText(value) : toText(value);
}

function bandText({ buy, sell }: NonNullable<Instrument['priceBand']>): string {
  return `${buy.down}–${buy.up} to buy, ${sell.down}–${sell.up} to sell`;
}
