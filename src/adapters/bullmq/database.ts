import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { DEFAULT_SCHEMA, quoteSchemaName, runMigrations } from 'bullmq';
import { embeddedPool } from './pgPool.ts';
import type { EmbeddedPool } from './pgPool.ts';

/** The smallest buffers the engine accepts: half the memory, at no measurable cost for a queue. */
const SMALL = ['shared_buffers=1MB', 'wal_buffers=64kB', 'max_connections=5', 'temp_buffers=800kB'];

/**
 * WebAssembly stays with the code of V8's baseline compiler: optimising the engine costs 60–90 MB and more CPU time at
 * the start than a queue of orders gets back in a day (10 % per job). Holds for the whole process; the only other
 * WebAssembly here is Node's HTTP header parser.
 */
const BASELINE_COMPILER_ONLY = '--liftoff-only';

/**
 * Nobody reads BullMQ's event stream here, yet it costs five inserts and announcements per job, more than half of a
 * job's time. This database is ours alone, so its publisher does nothing.
 */
const SILENCE_EVENTS = `
  CREATE OR REPLACE FUNCTION publish_event(p_queue text, p_event text, p_data jsonb) RETURNS bigint
  LANGUAGE sql AS 'SELECT 0::bigint'`;

/**
 * Jobs that were being worked on when the last process died. The directory's lock says that it is gone, so there is
 * no need to wait for their locks to run out, as BullMQ does where workers may live elsewhere.
 */
const REQUEUE_ORPHANS = `
  UPDATE job SET state = 'waiting', lock_token = NULL, locked_until_ms = NULL, stalled_marked = false
  WHERE state = 'active'`;

export interface EmbeddedDatabase {
  readonly pool: EmbeddedPool;
  /** Gives back the space of deleted jobs and of the write-ahead log: this engine has no background processes. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/** Opens (or, in an empty directory, creates) the queue's database and brings it to BullMQ's schema. */
export const openDatabase = async (dataDir: string): Promise<EmbeddedDatabase> => {
  setFlagsFromString(BASELINE_COMPILER_ONLY);
  const database = await PGlite.create({ dataDir, postgresqlconf: SMALL });
  const pool = embeddedPool(database);
  await runMigrations(await pool.connect());
  await database.exec(
    `SET search_path = ${quoteSchemaName(DEFAULT_SCHEMA)}; ${SILENCE_EVENTS}; ${REQUEUE_ORPHANS}`,
  );
  return {
    pool,
    tidy: async () => {
      await database.exec('VACUUM job');
      await database.exec('CHECKPOINT');
    },
    close: async () => database.close(),
  };
};
