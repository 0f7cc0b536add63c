import { protocol } from '@electric-sql/pglite';
import type { PGlite, messages } from '@electric-sql/pglite';
import { columnValue, parameterText } from './pgValues.ts';

const { serialize } = protocol;

/** BullMQ has about a hundred statements of constant text; more than this means that their text varies. */
const STATEMENTS_MAX = 256;

export type Row = Readonly<Record<string, unknown>>;

interface Statement {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: number }[];
}

interface Message {
  readonly name: string;
}

const isRowDescription = (message: Message): message is messages.RowDescriptionMessage =>
  message.name === 'rowDescription';
const isDataRow = (message: Message): message is messages.DataRowMessage =>
  message.name === 'dataRow';

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
};

/**
 * Runs each statement prepared once and bound ever after: 0.03 ms of overhead instead of the 0.25 ms of
 * `PGlite.query`, which parses and describes the text each time.
 */
export class PreparedSession {
  readonly #database: PGlite;
  readonly #statements = new Map<string, Promise<Statement>>();
  #prepared = 0;

  constructor(database: PGlite) {
    this.#database = database;
  }

  /** @throws DatabaseError of PGlite, with `code` and `detail` as node-postgres has them. */
  async query(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    const { name, columns } = await this.#statement(text);
    const values = parameters.map(parameterText);
    const answer = await this.#exchange(
      serialize.bind({ statement: name, values }),
      serialize.execute({}),
      serialize.sync(),
    );
    return answer
      .filter(isDataRow)
      .map((row) =>
        Object.fromEntries(
          columns.map(({ name: column, type }, at) => [
            column,
            columnValue(row.fields[at] ?? null, type),
          ]),
        ),
      );
  }

  /** Prepared by whoever asks first; a failure is not remembered. */
  async #statement(text: string): Promise<Statement> {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_MAX)
      throw new Error(`more than ${STATEMENTS_MAX} different SQL statements`);
    this.#prepared += 1;
    const preparing = this.#prepare(`s${this.#prepared}`, text);
    this.#statements.set(text, preparing);
    preparing.catch(() => this.#statements.delete(text));
    return preparing;
  }

  async #prepare(name: string, text: string): Promise<Statement> {
    const answer = await this.#exchange(
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    );
    const fields = answer.find(isRowDescription)?.fields ?? [];
    return { name, columns: fields.map((field) => ({ name: field.name, type: field.dataTypeID })) };
  }

  /** One at a time: answers to concurrent `execProtocol` calls get mixed up. */
  async #exchange(...parts: readonly Uint8Array[]): Promise<readonly Message[]> {
    const { messages: answer } = await this.#database.runExclusive(async () =>
      this.#database.execProtocol(joined(...parts)),
    );
    return answer;
  }
}
