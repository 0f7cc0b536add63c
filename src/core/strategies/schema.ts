/** From a strategy file's content to a StrategySpec: the common keys and the kind's own in one strict object. */
import { z } from 'zod';
import { strategyId } from '../domain/ids.ts';
import { COMMON_SHAPE } from './common.ts';
import type { SpecProblem, StrategyKind, StrategySpec } from './contract.ts';
import { isMoney, quoteOf } from './units.ts';

type Common = z.output<z.ZodObject<typeof COMMON_SHAPE>>;

/** The strict schema of a kind's files. */
export function strategySchema(kind: StrategyKind): z.ZodObject {
  const { schema_version, id, ...common } = COMMON_SHAPE;
  const own = z.literal(kind.kind).describe(kind.summary);
  return z.strictObject({ schema_version, id, kind: own, ...common, ...kind.shape });
}

/** What a file's parsed content (output of {@link strategySchema}) asks for. `enabled` false: checked, but not to be run. */
export interface StrategyDocument {
  readonly spec: StrategySpec;
  readonly enabled: boolean;
}

/** Takes the parsed content apart: common keys become the spec, the kind's own its params. */
export function toSpec(
  kind: StrategyKind,
  parsed: Readonly<Record<string, unknown>>,
  source: Pick<StrategySpec, 'source' | 'lines'>,
): StrategyDocument {
  // The schema has checked it; here the kind's own keys are set aside.
  const common = parsed as Common;
  const params: Record<string, unknown> = {};
  for (const key of Object.keys(kind.shape)) params[key] = parsed[key];
  const spec: StrategySpec = {
    id: strategyId(common.id),
    kind: kind.kind,
    symbol: common.symbol,
    timeframe: common.timeframe,
    budget: common.budget.amount,
    ...(common.stop_loss !== undefined && { stopLoss: common.stop_loss }),
    ...(common.take_profit !== undefined && { takeProfit: common.take_profit }),
    cooldownMs: common.cooldown,
    params,
    ...source,
  };
  return { spec, enabled: common.enabled };
}

/** Checks across keys of parsed content: every currency is the market's quote, and the kind's own rules. */
export function crossCheck(
  kind: StrategyKind,
  parsed: Readonly<Record<string, unknown>>,
  spec: StrategySpec,
): SpecProblem[] {
  const quote = quoteOf(spec.symbol);
  const problems: SpecProblem[] = [];
  for (const [key, value] of Object.entries(parsed)) {
    if (!isMoney(value) || value.asset === quote) continue;
    const problem = `is in ${value.asset}, but ${spec.symbol} is paid in ${quote}; write the amount in ${quote}`;
    problems.push({ path: [key], problem });
  }
  return [...problems, ...kind.check(spec)];
}
