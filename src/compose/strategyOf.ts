/** A strategy from its spec. */
import type { Strategy, StrategySpec } from '../core/strategies/contract.ts';
import { kindOf } from '../core/strategies/registry.ts';

export interface WiredStrategy {
  readonly spec: StrategySpec;
  readonly strategy: Strategy;
}

/** @throws Error `KIND_UNKNOWN`. */
export function strategyOf(spec: StrategySpec): WiredStrategy {
  const kind = kindOf(spec.kind);
  if (!kind) throw new Error(`KIND_UNKNOWN: ${spec.kind}`);
  return { spec, strategy: kind.create(spec) };
}
