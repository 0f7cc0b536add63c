/** Words for every reason code there is: the engine's and those of all strategy kinds. */
import { ORDER_REASONS, RISK_REASONS, SYSTEM_REASONS } from '../core/domain/reasons.ts';
import { createExplainer } from '../core/reporting/explain.ts';
import { STRATEGY_KINDS } from '../core/strategies/registry.ts';

export const explain = createExplainer([
  RISK_REASONS,
  SYSTEM_REASONS,
  ORDER_REASONS,
  ...STRATEGY_KINDS.map((kind) => kind.reasons),
]);
