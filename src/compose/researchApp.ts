/** What the command line can ask for of strategies' pasts, besides a backtest; read when it does. */
import type { LookAheadCheck, WarmUpCheck } from '../research/historyChecks.ts';
import type { OptimiseReport, WalkForwardReport } from '../research/optimise/report.ts';
import type {
  JoinedWorker,
  OptimiseRequest,
  WalkForwardRequest,
  WorkRequest,
} from '../research/optimise/request.ts';
import type { HistoryCheckRequest } from './historyChecks.ts';

export interface ResearchApp {
  checkLookAhead(request: HistoryCheckRequest): Promise<LookAheadCheck>;
  checkWarmUp(request: HistoryCheckRequest): Promise<WarmUpCheck>;
  optimise(request: OptimiseRequest): Promise<OptimiseReport>;
  walkForward(request: WalkForwardRequest): Promise<WalkForwardReport>;
  work(request: WorkRequest): Promise<JoinedWorker>;
}

export const researchApp: ResearchApp = {
  checkLookAhead: async (request) => (await import('./historyChecks.ts')).lookAheadOf(request),
  checkWarmUp: async (request) => (await import('./historyChecks.ts')).warmUpOf(request),
  optimise: async (request) => (await import('./optimise.ts')).optimiseFiles(request),
  walkForward: async (request) => (await import('./walkForward.ts')).walkForwardFiles(request),
  work: async (request) => (await import('./trialWorker.ts')).workOnTrials(request),
};
