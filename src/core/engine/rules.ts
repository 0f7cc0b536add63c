/** Trading rules that change while the bot runs: what is sized from here on follows them. */
import { toText, type Decimal } from '../domain/decimal.ts';
import type { RulesEvent } from '../domain/events.ts';
import type { Instrument } from '../domain/instrument.ts';
import { tend } from './guards.ts';
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

/** What differs, in words; empty when nothing does. */
function changesIn(old: Instrument, now: Instrument): string {
  const names = Object.keys({ ...old, ...now }) as (keyof Instrument)[];
  return names
    .map((name) => [name, textOf(old[name]), textOf(now[name])])
    .filter(([, before, after]) => before !== after)
    .map(([name = '', before = '', after = '']) => `${name} ${before} → ${after}`)
    .join(', ');
}

function textOf(value: Decimal | string | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : toText(value);
}
