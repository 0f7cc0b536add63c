/** Connections of a task queue: they reconnect for ever, wait for Redis to come back, and log what is wrong once. */
import { Redis } from 'ioredis';
import type { Logger } from '../../ports/logger.ts';
import { EXPIRED, within } from './deadline.ts';
import { ErrorLog } from './errorLog.ts';
import { messageOf, QueueError } from './queueError.ts';
import { redisAddress } from './redisAddress.ts';
import { RECONNECT_MS } from './taskNames.ts';

/** How long the first connection may take. */
const CONNECT_DEADLINE_MS = 5_000;
/** How long goodbyes may take. */
const GOODBYE_MS = 1_000;

export class TaskClients {
  readonly #clients: Redis[] = [];
  readonly #address: ReturnType<typeof redisAddress>;
  readonly #errors: ErrorLog;

  /** @throws QueueError `QUEUE_UNAVAILABLE` for an address that is none. */
  constructor(url: string, logger: Logger) {
    this.#address = redisAddress(url);
    this.#errors = new ErrorLog(logger, this.#address.redact);
  }

  /** One more connection. Commands wait while Redis is away. */
  open(): Redis {
    const client = new Redis({
      ...this.#address.connection,
      maxRetriesPerRequest: null,
      retryStrategy: () => RECONNECT_MS,
    });
    client.on('error', (error) => {
      this.report(messageOf(error));
    });
    client.on('ready', () => {
      this.#errors.recovered(`tasks: connected to Redis at ${this.#address.shown} again`);
    });
    this.#clients.push(client);
    return client;
  }

  report(problem: string): void {
    this.#errors.report('tasks: Redis', problem);
  }

  /** @throws QueueError `QUEUE_AWAY` when Redis does not answer at the beginning. */
  async check(client: Redis): Promise<void> {
    const answer = await within(client.ping(), CONNECT_DEADLINE_MS).catch(messageOf);
    if (answer === 'PONG') return;
    const problem = answer === EXPIRED ? 'does not answer' : `said ${answer}`;
    throw new QueueError(
      'QUEUE_AWAY',
      this.#address.redact(
        `Redis at ${this.#address.shown} ${problem}; check it with \`${this.#address.cli} PING\``,
      ),
    );
  }

  async close(): Promise<void> {
    const quits = this.#clients.map(async (client) => {
      if (client.status === 'ready') await within(client.quit(), GOODBYE_MS).catch(() => undefined);
      client.disconnect();
    });
    await Promise.all(quits);
  }
}
