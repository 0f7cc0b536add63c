/** Work that can be done anywhere, on several tasks at once. Tasks and results are plain data; the same task has the same result. */
export interface TaskPool<Task, Result> {
  /** Tasks worked on at once, as far as is known; 0 while nobody has joined. */
  readonly slots: number;
  /** Tasks that it takes before it wants to be rid of one. ≥ 1. */
  readonly room: number;
  /**
   * A worker that is lost on the way loses nothing: another one does it again.
   * @param id names the task within the pool's life; a task that is asked for again under its id is done once
   * @returns what came of it and who did it
   * @throws Error `TASK_FAILED` with the worker's words, or `POOL_CLOSED`
   */
  run(id: string, task: Task): Promise<Done<Result>>;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

export interface Done<Result> {
  readonly result: Result;
  /** Name of the worker. */
  readonly worker: string;
}
