import { QueueError } from './queueError.ts';

/** Where a Redis is, with what is needed to log in. */
export interface RedisAddress {
  /** Options for ioredis. */
  readonly connection: RedisEndpoint & {
    readonly username?: string;
    readonly password?: string;
    readonly db: number;
  };
  /** The address as it may be shown: without user and password. */
  readonly shown: string;
  /** `redis-cli` with the options that reach this Redis; the password is left to REDISCLI_AUTH. */
  readonly cli: string;
  /** Removes the password, in each spelling it can have, from a text. */
  readonly redact: (text: string) => string;
}

type RedisEndpoint =
  | { readonly path: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly tls?: Readonly<Record<string, never>>;
    };

const PORT_DEFAULT = 6379;
const EXPECTED =
  'expected redis://[user:password@]host[:port][/database], rediss://… for TLS, or unix:///path/to/redis.sock[?db=0]';

const malformed = (problem: string): QueueError =>
  new QueueError('QUEUE_UNAVAILABLE', `REDIS_URL is not usable: ${problem}; ${EXPECTED}`);

const parseUrl = (text: string): URL => {
  try {
    // A bare path is the usual short form of a socket.
    return new URL(text.startsWith('/') ? `unix://${text}` : text);
  } catch {
    throw malformed('it is not a URL');
  }
};

const database = (text: string): number => {
  if (!/^\d{0,5}$/u.test(text)) throw malformed('the database must be a number');
  return text === '' ? 0 : Number(text);
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('a "%" in user, password or path must be written %25');
  }
};

const redactor = (spellings: readonly string[]): ((text: string) => string) => {
  const secrets = [...new Set(spellings)].filter((spelling) => spelling !== '');
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
};

const atSocket = (
  url: URL,
): Pick<RedisAddress, 'shown' | 'cli'> & { endpoint: RedisEndpoint; db: number } => {
  const path = decode(url.pathname);
  if (path.length < 2) throw malformed('the path of the socket is missing');
  const db = database(url.searchParams.get('db') ?? '');
  return { endpoint: { path }, db, shown: `unix://${path}`, cli: `redis-cli -s ${path}` };
};

const atHost = (
  url: URL,
): Pick<RedisAddress, 'shown' | 'cli'> & { endpoint: RedisEndpoint; db: number } => {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  if (host === '') throw malformed('the host is missing');
  const port = url.port === '' ? PORT_DEFAULT : Number(url.port);
  const db = database(url.pathname.slice(1));
  const secure = url.protocol === 'rediss:';
  return {
    endpoint: secure ? { host, port, tls: {} } : { host, port },
    db,
    shown: `${url.protocol}//${url.hostname}:${port}/${db}`,
    cli: `redis-cli -h ${host} -p ${port}${secure ? ' --tls' : ''}`,
  };
};

/**
 * Reads `REDIS_URL`.
 * @throws QueueError `QUEUE_UNAVAILABLE` that names the expected form; the text itself is not repeated, as it may
 * hold a password.
 */
export const redisAddress = (text: string): RedisAddress => {
  const url = parseUrl(text.trim());
  if (!['redis:', 'rediss:', 'unix:'].includes(url.protocol))
    throw malformed('the scheme is unknown');
  const username = decode(url.username);
  const password = decode(url.password);
  const { endpoint, db, shown, cli } = url.protocol === 'unix:' ? atSocket(url) : atHost(url);
  return {
    connection: {
      ...endpoint,
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      db,
    },
    shown,
    cli,
    redact: redactor([password, url.password, encodeURIComponent(password)]),
  };
};
