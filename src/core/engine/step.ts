/**
 * The only place where the stages meet: (state, event) → commands and notes. Deterministic and synchronous; time comes
 * from the event. The output is one reused object, valid until the next step.
 */
import type { EngineEvent } from '../domain/events.ts';
import { onControl } from './controlStage.ts';
import { onBalance } from './halts.ts';
import { onCandle, onFeed, onHistory, onPrice, onQuote, onTrade } from './marketStage.ts';
import { onOrderNews } from './orderStage.ts';
import type { StepOutput } from './output.ts';
import { onRules } from './rules.ts';
import type { EngineState } from './state.ts';

export function step(state: EngineState, event: EngineEvent): StepOutput {
  const { out } = state;
  out.clear();
  switch (event.kind) {
    case 'candle':
      onCandle(state, event);
      break;
    case 'trade':
      onTrade(state, event);
      break;
    case 'price':
      onPrice(state, event);
      break;
    case 'quote':
      onQuote(state, event);
      break;
    case 'history':
      onHistory(state, event);
      break;
    case 'feed':
      onFeed(state, event);
      break;
    case 'balance':
      onBalance(state, event);
      break;
    case 'rules':
      onRules(state, event);
      break;
    case 'control':
      onControl(state, event);
      break;
    default:
      onOrderNews(state, event);
  }
  return out;
}
