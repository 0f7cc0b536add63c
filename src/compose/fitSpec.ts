import { timeframeMs, type Timeframe } from '../core/domain/time.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';

/** A strategy cannot look finer than its data: then it runs on the data's bars, and that is said. */
export function fitSpec(
  spec: StrategySpec,
  timeframe: Timeframe,
  remark: (text: string) => void = () => undefined,
): StrategySpec {
  const [wanted, given] = [timeframeMs(spec.timeframe), timeframeMs(timeframe)];
  if (wanted % given === 0) return spec;
  remark(
    `${spec.id} is written for ${spec.timeframe} bars; the data has ${timeframe} bars, so it runs on those`,
  );
  return { ...spec, timeframe };
}
