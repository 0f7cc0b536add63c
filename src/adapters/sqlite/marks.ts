/** The books against the mark beside them. */
import type { OldCopy } from '../../ports/journal.ts';
import type { Connection } from './database.ts';
import type { Mark, MarkFile } from './mark.ts';
import { metaOf } from './recover.ts';

/** How far any copy of the books had come. */
export interface Ahead {
  /** 0 when nothing is known of another copy. */
  readonly epoch: number;
  readonly highest: number;
  /** Absent when these are the newest. */
  readonly oldCopy?: OldCopy;
}

export class Marks {
  readonly #db: Connection;
  readonly #file: MarkFile | undefined;
  readonly #instanceId: string;
  /** As it stands beside the books, or will once what they lack has been waited for. */
  #mark: Mark | undefined;
  #isBehind = false;

  constructor(db: Connection, file: MarkFile | undefined) {
    this.#db = db;
    this.#file = file;
    this.#instanceId = String(metaOf(db, 'instance_id'));
  }

  /** To be asked before a new epoch is taken. */
  ahead(): Ahead {
    const mark = this.#file?.read();
    if (mark?.instanceId !== this.#instanceId) return { epoch: 0, highest: 0 };
    const { epoch, sequence, highest } = mark;
    const runs = Math.max(0, epoch - this.#newest('epoch', 'epochs'));
    const orders = Math.max(0, sequence - this.#newest('sequence', 'intents'));
    return { epoch, highest, ...(runs + orders > 0 && { oldCopy: { runs, orders } }) };
  }

  /** This run has begun, with an old copy or not: the mark of one stays until `caughtUp`, so that a start that dies finds it again. */
  began(epoch: number, { highest, oldCopy }: Ahead): void {
    const sequence = this.#newest('sequence', 'intents');
    const all = Math.max(highest, sequence);
    this.#mark = { instanceId: this.#instanceId, epoch, sequence, highest: all };
    this.#isBehind = oldCopy !== undefined;
    if (!this.#isBehind) this.#file?.write(this.#mark, true);
  }

  /** What an old copy lacks has been waited for. */
  readonly caughtUp = (): void => {
    if (!this.#isBehind || !this.#mark) return;
    this.#isBehind = false;
    this.#file?.write(this.#mark, true);
  };

  /** An order is on record. */
  planned(sequence: number): void {
    if (!this.#mark) return;
    const highest = Math.max(this.#mark.highest, sequence);
    this.#mark = { ...this.#mark, sequence, highest };
    if (!this.#isBehind) this.#file?.write(this.#mark);
  }

  #newest(column: 'epoch' | 'sequence', table: 'epochs' | 'intents'): number {
    const sql = `SELECT coalesce(max(${column}), 0) FROM ${table}`;
    return Number(this.#db.prepare(sql).pluck().get());
  }
}
