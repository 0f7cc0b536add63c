import type { Bar } from '../domain/market.ts';
import { FlowTracker } from './flowTracker.ts';
import { MotionTracker } from './motionTracker.ts';
import { RecentBars } from './recentBars.ts';
import { TrendTracker } from './trendTracker.ts';

/**
 * What must be carried from bar to bar so that every data point can be worked out when somebody asks. Everything that can
 * wait (tanh, windows, ranks) waits until then.
 */
export class SeriesTracker {
  readonly recent = new RecentBars();
  readonly trend = new TrendTracker();
  readonly motion = new MotionTracker();
  readonly flow = new FlowTracker();

  update(bar: Bar): void {
    this.recent.push(bar);
    this.flow.update(bar, this.trend.update(bar));
    this.motion.update(bar);
  }
}
