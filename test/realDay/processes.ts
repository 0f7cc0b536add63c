/** The processes of one lane: a daemon that must not end unless it is ended, and its exchange. */
import {
  eventually,
  type ExchangeCard,
  type Program,
  type Project,
  type Ran,
  type Running,
} from '../builders/daemon.ts';
import type { RedisServer } from '../builders/orderQueues.ts';
import { control } from '../integration/simulator/controlClient.ts';
import type { Stage } from './happenings.ts';

export interface ProcessesOptions {
  readonly project: Project;
  readonly program: Program;
  readonly seed: number;
  /** Market seconds per second. */
  readonly speed: number;
  readonly redis: RedisServer | undefined;
  /** Hears what did not hold. */
  readonly violated: (words: string) => void;
}

const SAID_CHARS = 2_000;

export class Processes implements Stage {
  readonly redis: RedisServer | undefined;
  readonly #options: ProcessesOptions;
  #daemon: Running | undefined;
  #starting: Promise<void> | undefined;
  #lives = 0;
  #port: number | undefined;

  constructor(options: ProcessesOptions) {
    this.#options = options;
    this.redis = options.redis;
  }

  /** How many daemons there have been. */
  get lives(): number {
    return this.#lives;
  }

  /** Undefined while none runs. */
  get pid(): number | undefined {
    return this.#daemon?.pid;
  }

  tell = async (route: string, document?: unknown): Promise<void> => {
    const { status, body } = await control(this.#card(), route, document);
    if (status !== 200) throw new Error(`${route}: ${status} ${JSON.stringify(body)}`);
  };

  /** The market stands still for as long as `work` takes. */
  async standstill<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.tell('POST /time', { do: 'pause' });
    try {
      return await work();
    } finally {
      await this.tell('POST /time', { do: 'resume' });
    }
  }

  readonly daemon: Stage['daemon'] = {
    kill: async () => {
      await this.#end('SIGKILL');
    },
    stop: async () => {
      const ran = await this.#end('SIGTERM');
      if (ran && ran.exitCode !== 0) this.#options.violated(`a stop in order failed: ${said(ran)}`);
    },
    start: () =>
      (this.#starting ??= this.#start().finally(() => {
        this.#starting = undefined;
      })),
    freeze: () => this.#daemon?.kill('SIGSTOP'),
    thaw: () => this.#daemon?.kill('SIGCONT'),
  };

  readonly exchange: Stage['exchange'] = {
    kill: async () => {
      process.kill(this.#card().pid, 'SIGKILL');
      await eventually(() => !this.#options.project.exchangeRuns());
    },
    stop: () => this.#options.project.stopExchange(),
    start: async () => {
      const { project, seed, speed } = this.#options;
      const port = this.#port === undefined ? {} : { port: this.#port };
      await project.startExchange({ speed, seed, ...port });
      this.#port = this.#card().port;
    },
    freeze: () => {
      process.kill(this.#card().pid, 'SIGSTOP');
    },
    thaw: () => {
      process.kill(this.#card().pid, 'SIGCONT');
    },
  };

  /** Ends the daemon by a command, and waits until it is gone. */
  async stopBy(command: () => Promise<Ran>): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    for (const ran of [await command(), await daemon?.ended])
      if (ran && ran.exitCode !== 0) this.#options.violated(`the last stop failed: ${said(ran)}`);
  }

  async #start(): Promise<void> {
    if (this.#daemon) return;
    const { project, program, violated } = this.#options;
    const daemon = project.begin(['start', '--foreground', '--json'], program);
    this.#daemon = daemon;
    this.#lives += 1;
    void daemon.ended.then((ran) => {
      if (this.#daemon !== daemon) return;
      this.#daemon = undefined;
      violated(`the daemon ended by itself: ${said(ran)}`);
    });
    await project.ready(daemon).catch(() => undefined);
  }

  /** Ends the daemon. @returns how it went; undefined when it was gone already, which was told */
  async #end(signal: NodeJS.Signals): Promise<Ran | undefined> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    daemon?.kill(signal);
    return daemon?.ended;
  }

  #card(): ExchangeCard {
    const card = this.#options.project.card();
    if (!card) throw new Error('no exchange has run here');
    return card;
  }
}

function said({ exitCode, signal, stderr }: Ran): string {
  return `${String(exitCode ?? signal)}, and said: ${stderr.slice(-SAID_CHARS)}`;
}
