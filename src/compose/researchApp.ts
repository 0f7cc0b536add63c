/** What the command line can ask for of strategies' and daemons' pasts, besides a backtest; read when it does. */
import type { DriftResult } from '../research/drift/drift.ts';
import type { LookAheadCheck, WarmUpCheck } from '../research/historyChecks.ts';
import type { OptimiseReport, WalkForwardReport } from '../research/optimise/report.ts';
import type {
  JoinedWorker,
  OptimiseRequest,
  WalkForwardRequest,
  WorkRequest,
} from '../research/optimise/request.ts';
import type { DriftQuestion } from './drift.ts';
import type { HistoryCheckRequest } from './historyChecks.ts';
import type { ReplayedFile, ReplayRequest } from './replay.ts';

export interface ResearchApp {
  /** Recorded runs, done again one after the other. */
  replay(request: ReplayRequest): Promise<Iterable<ReplayedFile>>;
  /** A recorded period against its backtest. */
  drift(question: DriftQuestion): Promise<DriftResult>;
  checkLookAhead(request: HistoryCheckRequest): Promise<LookAheadCheck>;
  checkWarmUp(request: HistoryCheckRequest): Promise<WarmUpCheck>;
  optimise(request: OptimiseRequest): Promise<OptimiseReport>;
  walkForward(request: WalkForwardRequest): Promise<WalkForwardReport>;
  work(request: WorkRequest): Promise<JoinedWorker>;
}

export const researchApp: ResearchApp = {
  replay: async (request) => (await import('./replay.ts')).replayRecordings(request),
  drift: async (question) => (await import('./drift.ts')).driftOf(question),
  checkLookAhead: async (request) => (await import('./historyChecks.ts')).lookAheadOf(request),
  checkWarmUp: async (request) => (await import('./historyChecks.ts')).warmUpOf(request),
  optimise: async (request) => (await import('./optimise.ts')).optimiseFiles(request),
  walkForward: async (request) => (await import('./walkForward.ts')).walkForwardFiles(request),
  work: async (request) => (await import('./trialWorker.ts')).workOnTrials(request),
};
