/** From what a user asks to what is searched: files read, everything named, and where its trials run. */
import { join } from 'node:path';
import { renderProblem } from '../adapters/config/problem.ts';
import { loadSpace } from '../adapters/config/spaceFile.ts';
import { misfitsOf } from '../adapters/config/strategyContent.ts';
import { searchBy } from '../core/search/methods.ts';
import type { Space } from '../core/search/space.ts';
import type { Part } from '../core/statistics/splits.ts';
import { parseConstraint, parseObjective, type Goals } from '../research/optimise/objective.ts';
import type { OptimisePlan } from '../research/optimise/optimise.ts';
import { taskOver } from '../research/optimise/optimise.ts';
import type { SearchRequest } from '../research/optimise/request.ts';
import { dataDirOf } from './dataDir.ts';
import { hashOf, openSetup, type TrialSetup } from './trialSetup.ts';
import { VERSION } from './version.ts';

/** Characters of a study's name: enough that no two of a user's are alike. */
const ID_CHARS = 16;
const DEFAULT_OBJECTIVE = 'sharpe';

export interface SearchPlan {
  readonly setup: TrialSetup;
  readonly space: Space;
  readonly goals: Goals;
  readonly dataDir: string;
  readonly ledgerFile: string;
  /** The whole time that is searched over. */
  readonly part: Part;
  /** The search over a part of it. */
  planOver(part: Part): OptimisePlan;
}

/** @throws Error `CONFIG_INVALID`, `DATA_…`, `USAGE`. */
export function openSearch(request: SearchRequest): SearchPlan {
  const setup = openSetup(request);
  const loaded = loadSpace(request.space, setup.kind);
  if (!loaded.ok) throw invalid(loaded.error.map(renderProblem));
  const { space, source } = loaded.value;
  const misfits = misfitsOf(setup.source, space.parameters, source);
  if (misfits.length > 0) throw invalid(misfits.map(renderProblem));
  const wanted = request.objectives.length > 0 ? request.objectives : loaded.value.objectives;
  const goals = {
    objectives: (wanted.length > 0 ? wanted : [DEFAULT_OBJECTIVE]).map(parseObjective),
    constraints: [...loaded.value.constraints, ...request.constraints].map(parseConstraint),
  };
  const from = Math.max(setup.span.fromMs, request.fromMs ?? -Infinity);
  const to = Math.min(setup.span.toMs, request.toMs ?? Infinity);
  if (!(from < to))
    throw new Error(`DATA_INVALID: ${request.dataFile} has no bars in the time asked for`);
  const dataDir = dataDirOf(request.config ?? { file: '', isNamed: false });
  return {
    ...{ setup, space, goals, dataDir, part: { from, to } },
    ledgerFile: join(dataDir, 'trials.db'),
    planOver: (part) => planOver({ request, setup, space, goals, part }),
  };
}

interface Planned {
  readonly request: SearchRequest;
  readonly setup: TrialSetup;
  readonly space: Space;
  readonly goals: Goals;
  readonly part: Part;
}

function planOver({ request, setup, space, goals, part }: Planned): OptimisePlan {
  const { method, seed, trials } = request;
  const { termsHash, strategyHash, dataHash, kind, strategy, keyOf } = setup;
  // A grid and halving plan by the number of trials; the others ask the same first questions whatever it is.
  const planned = method === 'grid' || method === 'halving' ? trials : 0;
  const settings = { parameters: space.parameters, goals, part, planned };
  const named = { termsHash, strategyHash, method, seed, settings };
  const span = { fromMs: part.from, toMs: part.to };
  return {
    header: {
      id: hashOf(named).slice(0, ID_CHARS),
      family: hashOf([kind, dataHash]).slice(0, ID_CHARS),
      ...{ strategy, strategyHash, dataHash, method, seed, codeVersion: VERSION },
      settings: JSON.parse(JSON.stringify(settings)) as OptimisePlan['header']['settings'],
    },
    search: searchBy(method, space, { seed, trials }),
    ...{ trials, goals, keyOf, space, span, taskOf: taskOver(span) },
  };
}

function invalid(lines: readonly string[]): Error {
  return new Error(`CONFIG_INVALID: ${lines.join('\n')}`);
}
