import { Redis } from 'ioredis';
import type { Logger } from '../../ports/logger.ts';
import { EXPIRED, within } from './deadline.ts';
import { QueueError, messageOf } from './queueError.ts';
import type { RedisAddress } from './redisAddress.ts';

/** How long Redis has to accept a connection and to answer INFO at the start. */
const CHECK_DEADLINE_MS = 5_000;
/** BullMQ's scripts need this. */
const VERSION_MIN: readonly [number, number] = [6, 2];
/** The field of INFO, and the only policy under which Redis drops nothing. */
const POLICY = 'maxmemory_policy';
const NO_EVICTION = 'noeviction';

const field = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*)$`, 'mu').exec(info)?.[1]?.trim();

/** Redis has heard us and said no: a login, a right, a database that it does not have. An answer that it is busy is none of these. */
const REFUSAL = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR (?!max number of clients))/u;
/** It is there, and cannot be trusted or does not speak TLS. */
const NO_TLS = /certificate|self.signed|ssl|tls/iu;

const isDefinite = (problem: string): boolean => REFUSAL.test(problem) || NO_TLS.test(problem);

const away = (address: RedisAddress, problem: string, cause = ''): QueueError =>
  new QueueError(
    isDefinite(cause) ? 'QUEUE_UNAVAILABLE' : 'QUEUE_AWAY',
    address.redact(
      `Redis at ${address.shown} ${problem}; check it with \`${address.cli} PING\`, correct REDIS_URL, ` +
        'or unset REDIS_URL to use the embedded queue',
    ),
  );

const checkVersion = (address: RedisAddress, info: string): void => {
  const version = field(info, 'redis_version') ?? '';
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number);
  const enough = major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1]);
  if (enough) return;
  throw new QueueError(
    'QUEUE_UNAVAILABLE',
    `Redis at ${address.shown} is version ${version === '' ? 'unknown' : version}, ` +
      `at least ${VERSION_MIN.join('.')} is needed (\`${address.cli} INFO server\` shows it); upgrade it, ` +
      'or unset REDIS_URL to use the embedded queue',
  );
};

/** What is wrong with the eviction policy that an INFO answer tells, and what to do; empty while nothing is, or nothing is told. */
export const evictionProblem = (address: RedisAddress, info: string): string => {
  const policy = field(info, POLICY) ?? NO_EVICTION;
  if (policy === NO_EVICTION) return '';
  return (
    `Redis at ${address.shown} may evict keys (maxmemory-policy is ${policy}), so it could drop order jobs; run ` +
    `\`${address.cli} CONFIG SET maxmemory-policy ${NO_EVICTION}\` and put "maxmemory-policy ${NO_EVICTION}" into redis.conf`
  );
};

const checkPolicy = (address: RedisAddress, info: string, logger: Logger): void => {
  const problem = evictionProblem(address, info);
  if (problem !== '') throw new QueueError('QUEUE_POLICY', problem);
  if (field(info, POLICY) === undefined) {
    logger.warn(
      {},
      `queue: Redis at ${address.shown} does not tell its maxmemory-policy; it must be ${NO_EVICTION}`,
    );
  }
};

/**
 * Asks Redis once, over a connection of its own, whether it can serve as a queue.
 * @throws QueueError `QUEUE_AWAY` (not there, no answer, still loading), `QUEUE_UNAVAILABLE` (wrong login, too old) or
 * `QUEUE_POLICY` (it evicts keys).
 */
export const checkRedis = async (address: RedisAddress, logger: Logger): Promise<void> => {
  const client = new Redis({
    ...address.connection,
    lazyConnect: true,
    connectTimeout: CHECK_DEADLINE_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let lastError: string | undefined;
  client.on('error', (error) => {
    lastError = messageOf(error);
  });
  try {
    const info = await within(
      client.connect().then(async () => client.info()),
      CHECK_DEADLINE_MS,
    );
    if (info === EXPIRED) throw away(address, `did not answer within ${CHECK_DEADLINE_MS} ms`);
    checkVersion(address, info);
    checkPolicy(address, info, logger);
  } catch (error) {
    if (error instanceof QueueError) throw error;
    const cause = lastError ?? messageOf(error);
    throw away(address, `cannot be used (${cause})`, cause);
  } finally {
    client.disconnect();
  }
};
