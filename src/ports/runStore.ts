/** A run that is kept, without its whole document. */
export interface StoredRun<Summary> {
  /** Sorts by time; the newest has the greatest. */
  readonly id: string;
  /** What a list says of it. */
  readonly summary: Summary;
}

/** Runs on disk, the newest so many of them. */
export interface RunStore<Summary> {
  readonly folder: string;
  /** Keeps a run; the oldest go when there are too many. @returns its id */
  keep(run: { readonly at: number; readonly summary: Summary; readonly document: string }): string;
  /** The newest first. One that cannot be read is left out. */
  list(): StoredRun<Summary>[];
  /** The document of an id that `list` has; undefined when it is gone. @throws Error `RUN_INVALID` naming a file that is broken. */
  read(id: string): string | undefined;
}
