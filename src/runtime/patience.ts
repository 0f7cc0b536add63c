/**
 * Questions that a start cannot do without are asked until they are answered: an exchange, or a queue, that is away for an hour must
 * not keep the bot from starting by itself afterwards. Only a definite refusal ends it, or a stop.
 */
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** Asks a question, named by `what`, until it is answered. @throws Error the definite refusal, or `STOPPED`. */
export type Ask = <Value>(what: string, question: () => Promise<Value>) => Promise<Value>;

/** Asks once. For whoever has no reason to wait. */
export const askOnce: Ask = (_what, question) => question();

/** Waits before each further attempt; the last one repeats. Binance bans an address after 300 dials in five minutes. */
const ASK_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
const LAST_DELAY_MS = 30_000;
const SECOND_MS = 1_000;
/** Enough of an exchange's words to know what is the matter; a page of HTML is longer. */
const ANSWER_MAX = 300;

/** What a queue says that is not there yet. */
const QUEUE_AWAY = 'QUEUE_AWAY';
/** Begins the words for that. */
export const QUEUE_WAIT = 'waits for the order queue';
/** Codes of errors that another attempt may not meet. Every other code is a refusal; an error without one is none of ours. */
const PASSING: ReadonlySet<string> = new Set(['GATEWAY_FAILED', 'HISTORY_UNAVAILABLE', QUEUE_AWAY]);
const CODE = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*): /u;

export interface PatienceDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told in words what is waited for, at every attempt; empty when the wait is over. Must not throw. */
  readonly onWait: (words: string) => void;
}

export class Patience {
  readonly #deps: PatienceDeps;
  #waiting = '';
  #repeats = 0;
  #closed = false;
  #giveUp: () => void = () => undefined;

  constructor(deps: PatienceDeps) {
    this.#deps = deps;
  }

  /** What is waited for, with the last answer; empty while nothing is. */
  get waiting(): string {
    return this.#waiting;
  }

  /** How often anything had to be asked again so far. */
  get repeats(): number {
    return this.#repeats;
  }

  readonly ask: Ask = async (what, question) => {
    for (let attempt = 0; ; attempt += 1) {
      this.#refuseWhenClosed();
      try {
        const answer = await question();
        this.#over();
        return answer;
      } catch (error) {
        this.#refuseWhenClosed();
        if (isDefinite(error)) throw error;
        await this.#pause(what, attempt, messageOf(error));
      }
    }
  };

  /** Lets time pass. @throws Error `STOPPED` */
  async pass(ms: number): Promise<void> {
    await this.#sleep(ms);
    this.#refuseWhenClosed();
  }

  /** Ends the wait under way: it is not asked again. */
  close(): void {
    this.#closed = true;
    this.#giveUp();
  }

  #over(): void {
    if (this.#waiting === '') return;
    this.#waiting = '';
    this.#deps.onWait('');
  }

  async #pause(what: string, attempt: number, answer: string): Promise<void> {
    const { logger, onWait } = this.#deps;
    const delayMs = ASK_DELAYS_MS[attempt] ?? LAST_DELAY_MS;
    this.#repeats += 1;
    this.#waiting = `${whoOf(answer)}: ${what}: ${bounded(answer)}`;
    logger.warn({ what, error: answer, attempt: attempt + 1, delayMs }, 'boot asks again');
    onWait(
      `${this.#waiting}; asked ${times(attempt + 1)}, again in ${String(delayMs / SECOND_MS)} s`,
    );
    await this.#sleep(delayMs);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const cancel = this.#deps.clock.after(ms, resolve);
      this.#giveUp = () => {
        cancel();
        resolve();
      };
    });
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('STOPPED: asked to stop before everything was answered');
  }
}

function whoOf(answer: string): string {
  return answer.startsWith(QUEUE_AWAY) ? QUEUE_WAIT : 'waits for the exchange';
}

/** True when asking again cannot help: the exchange or our own books have said no. */
function isDefinite(error: unknown): boolean {
  const code = CODE.exec(messageOf(error))?.[1];
  return code !== undefined && !PASSING.has(code);
}

function bounded(text: string): string {
  const line = text.replace(/\s+/gu, ' ');
  return line.length <= ANSWER_MAX ? line : `${line.slice(0, ANSWER_MAX)}…`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
