/** Words for every reason code there is: the engine's and those of all strategy kinds. */
import {
  ORDER_REASONS,
  RISK_REASONS,
  SYSTEM_REASONS,
  type Reason,
} from '../core/domain/reasons.ts';
import { createExplainer } from '../core/reporting/explain.ts';
import { STRATEGY_KINDS } from '../core/strategies/registry.ts';

const CATALOGUES = [
  RISK_REASONS,
  SYSTEM_REASONS,
  ORDER_REASONS,
  ...STRATEGY_KINDS.map((kind) => kind.reasons),
];

export const explain = createExplainer(CATALOGUES);

const SEVERITIES = new Map(
  CATALOGUES.flatMap((catalogue) =>
    Object.entries(catalogue).map(([code, { severity }]) => [code, severity] as const),
  ),
);

/** How much a code matters; an unknown one is worth knowing. */
export function severityOf(code: string): Reason['severity'] {
  return SEVERITIES.get(code) ?? 'info';
}
