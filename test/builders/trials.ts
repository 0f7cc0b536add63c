/** A ledger in memory, and workers that answer when they are told to. */
import type { Done, TaskPool } from '../../src/ports/taskPool.ts';
import type { BookedTrial, StudyHeader, TrialLedger } from '../../src/ports/trialLedger.ts';
import type { TrialOutcome, TrialTask } from '../../src/research/optimise/trial.ts';

export class MemoryTrials implements TrialLedger {
  readonly studies = new Map<string, StudyHeader>();
  readonly rows: { readonly study: string; readonly trial: BookedTrial }[] = [];

  openStudy(header: StudyHeader): void {
    if (!this.studies.has(header.id)) this.studies.set(header.id, header);
  }

  trials(study: string): BookedTrial[] {
    const own = this.rows.filter((row) => row.study === study).map(({ trial }) => trial);
    return own.sort((a, b) => a.number - b.number);
  }

  book(study: string, trial: BookedTrial): boolean {
    if (this.trials(study).some(({ number }) => number === trial.number)) return false;
    this.rows.push({ study, trial });
    return true;
  }

  find(key: string): BookedTrial | undefined {
    return this.rows.find(({ trial }) => trial.key === key)?.trial;
  }

  tried(family: string): number {
    return new Set(this.#of(family).map(({ key }) => key)).size;
  }

  sharpes(family: string): number[] {
    const whole = this.#of(family).filter(({ share }) => share === 1);
    return whole.flatMap(({ metrics }) => metrics['sharpe'] ?? []);
  }

  close(): void {}

  #of(family: string): BookedTrial[] {
    return this.rows
      .filter(({ study }) => this.studies.get(study)?.family === family)
      .map(({ trial }) => trial)
      .filter(({ state }) => state === 'done');
  }
}

/** Answers each task at once, or in the order that `pick` wants. */
export class FakePool implements TaskPool<TrialTask, TrialOutcome> {
  readonly slots: number;
  readonly room: number;
  readonly asked: TrialTask[] = [];
  readonly #answer: (task: TrialTask) => TrialOutcome;
  readonly #pick: (waiting: number) => number;
  readonly #waiting: (() => void)[] = [];

  constructor(
    answer: (task: TrialTask) => TrialOutcome,
    { slots = 1, pick = () => 0 }: { slots?: number; pick?: (waiting: number) => number } = {},
  ) {
    this.#answer = answer;
    this.slots = slots;
    this.room = slots;
    this.#pick = pick;
  }

  async run(_id: string, task: TrialTask): Promise<Done<TrialOutcome>> {
    this.asked.push(task);
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        resolve({ result: this.#answer(task), worker: 'fake' });
      });
      setImmediate(() => {
        const [next] = this.#waiting.splice(this.#pick(this.#waiting.length), 1);
        next?.();
      });
    });
  }

  async close(): Promise<void> {}
}

export function outcome(
  metrics: TrialOutcome['metrics'],
  returns: readonly number[] = [],
  more: Partial<TrialOutcome> = {},
): TrialOutcome {
  return {
    ...{ state: 'done', problem: '', metrics, returns, benchmark: returns.map(() => 0) },
    ...{ profits: returns, equity: 1, budget: 1, seconds: 0.1, ...more },
  };
}

export const header = (id: string, family = 'family'): StudyHeader => ({
  ...{ id, family, strategy: 's', strategyHash: 'h', dataHash: 'd', method: 'random', seed: 1 },
  ...{ settings: {}, codeVersion: '0' },
});

export const never = new Promise<void>(() => undefined);
