/** The person who looks after the bot: pauses and resumes it, and looks at what is quarantined or halted. */
import { HOLD } from '../../src/core/engine/halts.ts';
import type { Parts } from '../../src/runtime/parts.ts';
import { resumeSymbol, type ResumeRequest } from '../../src/runtime/resume.ts';
import type { Host } from './host.ts';
import { Violation } from './violation.ts';

/** How often the operator thinks of something. */
const EVERY_MS = 9_000;

export class Operator {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  start(): void {
    this.#host.scheduler.after(EVERY_MS, () => {
      this.#act();
    });
  }

  /** Looks at what is quarantined and resumes its symbol. */
  look(): void {
    const parts = this.#host.process?.trader.parts;
    if (!parts) return;
    for (const { state, cancelRequested, intent } of parts.session.liveOrders()) {
      if (state !== 'QUARANTINED' || cancelRequested) continue;
      const request = { symbol: intent.symbol, reason: 'looked at', adoptBalances: false };
      resumeSymbol(parts, request).catch((error: unknown) => {
        if (String(error).includes('POSITIONS_MISSING')) {
          this.#adopt(parts, request);
          return;
        }
        const words = `a quarantined order has no way out: ${String(error)}`;
        this.#host.violated(new Violation('I6', words));
      });
    }
  }

  /** Coins are gone besides: whose they were must be said, or nothing is resumed. Looked at again when it does not work out. */
  #adopt(parts: Parts, request: ResumeRequest): void {
    const adopting = { ...request, adoptBalances: true, rule: 'newest' };
    resumeSymbol(parts, adopting).catch((error: unknown) => {
      this.#host.trace.say(`not adopted: ${String(error)}`);
    });
  }

  /** Looks at what is halted, and mostly takes the balances for what they are. */
  #resumeHalted(): void {
    const parts = this.#host.process?.trader.parts;
    if (!parts) return;
    for (const { instrument, haltReason } of parts.session.state.markets.values()) {
      if (haltReason === '' || haltReason.startsWith(HOLD)) continue;
      const { host: dice } = this.#host.dice;
      const adoptBalances = dice.chance(0.7);
      const rule = dice.pick(['newest', 'pro-rata'] as const);
      const request = { symbol: instrument.symbol, reason: 'looked at', adoptBalances, rule };
      // The exchange may not answer, orders may fill meanwhile, somebody else may have been faster: then it stays as it is.
      resumeSymbol(parts, request).catch((error: unknown) => {
        this.#host.trace.say(`not resumed: ${String(error)}`);
      });
    }
  }

  #act(): void {
    const { dice, process, isHealing } = this.#host;
    if (isHealing) return;
    const session = process?.isRunning === true && process.trader.parts?.session;
    if (session) {
      const action = session.state.paused
        ? 'resume'
        : dice.host.pick(['pause', 'resume', 'cancelAll', 'flatten'] as const);
      if (dice.host.chance(0.5)) session.control({ action, reason: 'operator' });
      if (dice.host.chance(0.3)) this.look();
      if (dice.host.chance(0.6)) this.#resumeHalted();
    }
    this.start();
  }
}
