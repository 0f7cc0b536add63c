/** Searches and checks that come to what they are told to. */
import type { App } from '../../src/interface/app.ts';
import type { OptimiseReport, WalkForwardReport } from '../../src/research/optimise/report.ts';
import type {
  JoinedWorker,
  OptimiseRequest,
  SearchRequest,
  WalkForwardRequest,
  WorkRequest,
} from '../../src/research/optimise/request.ts';

export class FakeResearch {
  /** What searches come to. */
  optimised: OptimiseReport | undefined;
  walked: WalkForwardReport | undefined;
  searches: SearchRequest[] = [];

  async optimise(request: OptimiseRequest): Promise<OptimiseReport> {
    this.searches.push(request);
    if (!this.optimised) throw new Error('NOT_FAKED: optimise');
    return this.optimised;
  }

  async walkForward(request: WalkForwardRequest): Promise<WalkForwardReport> {
    this.searches.push(request);
    if (!this.walked) throw new Error('NOT_FAKED: walkForward');
    return this.walked;
  }

  readonly checks: Parameters<App['checkLookAhead']>[0][] = [];
  lookAhead: Awaited<ReturnType<App['checkLookAhead']>> | undefined;
  warmUp: Awaited<ReturnType<App['checkWarmUp']>> | undefined;

  readonly joined: WorkRequest[] = [];

  async work(request: WorkRequest): Promise<JoinedWorker> {
    this.joined.push(request);
    request.onRemark('Redis is away');
    return { done: 7, close: async () => undefined };
  }

  async checkLookAhead(
    request: Parameters<App['checkLookAhead']>[0],
  ): ReturnType<App['checkLookAhead']> {
    this.checks.push(request);
    request.onProgress(0.5);
    if (!this.lookAhead) throw new Error('DATA_INVALID: no check was prepared');
    return this.lookAhead;
  }

  async checkWarmUp(request: Parameters<App['checkWarmUp']>[0]): ReturnType<App['checkWarmUp']> {
    this.checks.push(request);
    if (!this.warmUp) throw new Error('DATA_INVALID: no check was prepared');
    return this.warmUp;
  }
}
