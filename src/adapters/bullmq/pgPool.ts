import type { PGlite } from '@electric-sql/pglite';
import type { PgNotification, PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import { PreparedSession } from './preparedSession.ts';

type Listener = (message: PgNotification) => void;

/** A pool as BullMQ sees it. The official node-postgres shim of PGlite does not work with BullMQ. */
export interface EmbeddedPool extends PgPool {
  /** No TCP keepalive here: BullMQ then never waits for a notification longer than its drain delay. */
  readonly options: { readonly keepAlive: false };
}

/**
 * node-postgres' `Pool`, as much of it as BullMQ uses, over one PGlite. All clients are the same session: run
 * migrations (which use a transaction) before anything else.
 */
export const embeddedPool = (database: PGlite): EmbeddedPool => {
  const session = new PreparedSession(database);

  // The row type is the caller's claim about its own SQL, as in node-postgres.
  const query = async <R>(
    text: string,
    parameters?: readonly unknown[],
  ): Promise<PgQueryResult<R>> => {
    if (parameters !== undefined) {
      const rows = await session.query(text, parameters);
      return { rows: rows as R[], rowCount: rows.length };
    }
    const results = await database.exec(text);
    return { rows: (results.at(-1)?.rows ?? []) as R[] };
  };

  const connect = async (): Promise<PgPoolClient> => {
    const listeners = new Set<Listener>();
    const stopListening = database.onNotification((channel, payload) => {
      for (const listener of [...listeners]) listener({ channel, payload });
    });
    const client: PgPoolClient = {
      query,
      // Within one thread a connection neither breaks nor ends: only notifications happen.
      on: (event: string, listener: unknown) => {
        if (event === 'notification') listeners.add(listener as Listener);
        return client;
      },
      removeListener: (_event, listener) => {
        listeners.delete(listener);
        return client;
      },
      removeAllListeners: () => {
        listeners.clear();
        return client;
      },
      release: () => {
        listeners.clear();
        stopListening();
      },
    };
    return client;
  };

  const pool: EmbeddedPool = {
    options: { keepAlive: false },
    query,
    connect,
    end: async () => undefined,
    on: () => pool,
    removeAllListeners: () => pool,
  };
  return pool;
};
