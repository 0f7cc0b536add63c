/**
 * A search over a strategy's parameters: asks, has trials run as many at once as there are workers, books each, tells. What is booked
 * already is not run again, so that a study that was stopped, or killed, goes on where it was: asked the same, it answers the same.
 */
import type { Proposal, Score, Search } from '../../core/search/contract.ts';
import { isSound, paretoFront, ranked } from '../../core/search/rank.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TaskPool } from '../../ports/taskPool.ts';
import type { BookedTrial, StudyHeader, TrialLedger } from '../../ports/trialLedger.ts';
import { scoreOf, type Goals } from './objective.ts';
import type { TrialOutcome, TrialTask } from './trial.ts';

export interface StudyPlan {
  readonly header: StudyHeader;
  readonly search: Search;
  readonly trials: number;
  readonly goals: Goals;
  readonly taskOf: (proposal: Proposal) => TrialTask;
  /** Names everything that is run. */
  readonly keyOf: (task: TrialTask) => string;
}

export interface StudyProgress {
  readonly done: number;
  readonly trials: number;
  /** Of those done, not run now: they were booked before. */
  readonly known: number;
  readonly best: BookedTrial | undefined;
  /** Seconds to the end at this pace; undefined before the first trial that was run. */
  readonly etaS: number | undefined;
  readonly workers: number;
}

export interface StudyParts {
  readonly ledger: TrialLedger;
  readonly pool: TaskPool<TrialTask, TrialOutcome>;
  readonly clock: Clock;
  readonly onProgress: (progress: StudyProgress) => void;
  /** Resolves when it is to end early. */
  readonly stopped: Promise<void>;
}

export interface StudyResult {
  /** By number; with holes where it ended early. */
  readonly trials: readonly BookedTrial[];
  /** Of those over the whole history that keep all constraints; by rank where there are several objectives. */
  readonly best: BookedTrial | undefined;
  readonly front: readonly BookedTrial[];
  readonly isComplete: boolean;
  /** Trials that were run now, and not known from before. */
  readonly run: number;
}

export async function runStudy(plan: StudyPlan, parts: StudyParts): Promise<StudyResult> {
  parts.ledger.openStudy(plan.header, parts.clock.wallMs());
  const run = new StudyRun(plan, parts);
  const isComplete = await run.go();
  const trials = run.trials();
  return { trials, ...bestOf(trials, plan.goals), isComplete, run: run.ran };
}

/** The best of trials over the whole history, and the front of them. */
function bestOf(trials: readonly BookedTrial[], goals: Goals): Pick<StudyResult, 'best' | 'front'> {
  const whole = trials.filter(({ share }) => share === 1);
  const scores = whole.map((trial) => scoreOf(goals, trial));
  const [first = -1] = ranked(scores);
  return {
    best: isSound(scores[first]) ? whole[first] : undefined,
    front: paretoFront(scores).flatMap((at) => whole[at] ?? []),
  };
}

const STOPPED = Symbol('stopped');

class StudyRun {
  readonly #plan: StudyPlan;
  readonly #parts: StudyParts;
  readonly #booked = new Map<number, BookedTrial>();
  readonly #under = new Set<Promise<void>>();
  readonly #startedAt: number;
  readonly #stopped: Promise<typeof STOPPED>;
  #best: BookedTrial | undefined;
  #told = 0;
  #known = 0;
  #ran = 0;
  #isStopped = false;
  #failure: Error | undefined;

  constructor(plan: StudyPlan, parts: StudyParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#startedAt = parts.clock.monotonicMs();
    for (const trial of parts.ledger.trials(plan.header.id)) this.#keep(trial);
    this.#stopped = parts.stopped.then(() => {
      this.#isStopped = true;
      return STOPPED;
    });
  }

  /** Trials that were run now. */
  get ran(): number {
    return this.#ran;
  }

  trials(): BookedTrial[] {
    return [...this.#booked.values()].sort((a, b) => a.number - b.number);
  }

  /** @returns false when it ended early */
  async go(): Promise<boolean> {
    const { search, trials } = this.#plan;
    for (let number = 0; number < trials; number += 1) {
      await this.#until(() => this.#hasAnswers(search.needs));
      if (this.#isStopped) return false;
      this.#tell(search);
      const proposal = search.ask();
      if (!proposal) break;
      await this.#start(number, proposal);
    }
    await this.#until(() => this.#under.size === 0);
    return !this.#isStopped;
  }

  /** Waits for trials to end until it holds, or it is to end early. @throws what a trial failed with */
  async #until(holds: () => boolean): Promise<void> {
    while (!this.#isStopped && !holds()) {
      if (this.#under.size === 0)
        throw new Error('STUDY_STUCK: it waits for trials that nobody runs');
      await Promise.race([...this.#under, this.#stopped]);
      if (this.#failure) throw this.#failure;
    }
  }

  #hasAnswers(count: number): boolean {
    for (let number = this.#told; number < count; number += 1)
      if (!this.#booked.has(number)) return false;
    return true;
  }

  /** No more than the search needs: what it hears must not depend on how fast workers are. */
  #tell(search: Search): void {
    for (; this.#told < search.needs; this.#told += 1) {
      const trial = this.#booked.get(this.#told);
      search.tell(trial ? scoreOf(this.#plan.goals, trial) : NOTHING);
    }
  }

  async #start(number: number, proposal: Proposal): Promise<void> {
    const task = this.#plan.taskOf(proposal);
    const key = this.#plan.keyOf(task);
    const before = this.#booked.get(number);
    if (before && before.key !== key)
      throw new Error(
        `LEDGER_CONTRADICTS: trial ${number} of study ${this.#plan.header.id} was another one; use another seed`,
      );
    const known = before ?? this.#parts.ledger.find(key);
    if (known) {
      this.#known += 1;
      if (!before) this.#book({ ...known, number, share: proposal.share });
      this.#report();
      return;
    }
    await this.#until(() => this.#under.size < this.#parts.pool.room);
    if (this.#isStopped) return;
    const running = this.#run({ number, task, key, share: proposal.share });
    const settled = running
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .then(() => {
        this.#under.delete(settled);
      });
    this.#under.add(settled);
  }

  async #run({ number, task, key, share }: Asked): Promise<void> {
    const { pool, clock } = this.#parts;
    const id = `${this.#plan.header.id}-${String(number)}`;
    const { result, worker } = await pool.run(id, task);
    if (this.#isStopped) return;
    this.#ran += 1;
    const { state, problem, metrics, returns, seconds } = result;
    this.#book({
      ...{ number, key, share, state, problem, metrics, returns, seconds, worker },
      params: task.params,
      at: clock.wallMs(),
    });
    this.#report();
  }

  #book(trial: BookedTrial): void {
    this.#parts.ledger.book(this.#plan.header.id, trial);
    this.#keep(trial);
  }

  /** The best so far is the better of two at a time: it is told after every trial. */
  #keep(trial: BookedTrial): void {
    this.#booked.set(trial.number, trial);
    const both = this.#best ? [this.#best, trial] : [trial];
    this.#best = bestOf(both, this.#plan.goals).best ?? this.#best;
  }

  #report(): void {
    const { trials } = this.#plan;
    const { pool, clock, onProgress } = this.#parts;
    const done = this.#booked.size;
    const run = this.#ran;
    const perTrialS = (clock.monotonicMs() - this.#startedAt) / 1000 / run;
    onProgress({
      ...{ done, trials, best: this.#best },
      known: this.#known,
      etaS: run > 0 ? perTrialS * Math.max(0, trials - done) : undefined,
      workers: pool.slots,
    });
  }
}

interface Asked {
  readonly number: number;
  readonly task: TrialTask;
  readonly key: string;
  readonly share: number;
}

const NOTHING: Score = { losses: [Infinity], violation: Infinity };
