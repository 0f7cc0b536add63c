/** Everything that can be the matter with an exchange, in one place: rules, conditions, delays, and its users' own acts. */
import { performance } from 'node:perf_hooks';
import { ControlError } from '../controlError.ts';
import type { FaultDocument } from '../controlSchema.ts';
import { Latency } from '../latency.ts';
import type { World } from '../market/world.ts';
import { Acts } from './acts.ts';
import { Conditions } from './conditions.ts';
import type { ConditionsDocument } from './conditionsSchema.ts';
import { issuesUnder } from './issues.ts';
import type { RequestAction } from './ruleSchema.ts';
import { RuleSet } from './ruleSet.ts';
import { Switchboard, latencyProfileOf } from './switchboard.ts';

type Meanwhile = Extract<RequestAction, { readonly type: 'meanwhile' }>;

interface DisturbancesParts {
  readonly world: World;
  /** Of the chances of rules and of delays. */
  readonly seed: number;
  readonly latency: NonNullable<ConditionsDocument['latency']>;
  /** The venue in a word, and what it has nothing like. */
  readonly venue: { readonly title: string; readonly lacks: ReadonlySet<string> };
  /** The client id of an order placed by hand, by the order's number. */
  readonly idOf: (orderId: number) => string;
  readonly log: ((message: string) => void) | undefined;
}

export class Disturbances {
  readonly conditions = new Conditions(() => performance.now());
  readonly latency: Latency;
  readonly rules: RuleSet;
  readonly acts: Acts;
  readonly switchboard: Switchboard;
  readonly #log: DisturbancesParts['log'];

  constructor({ world, seed, latency, venue, idOf, log }: DisturbancesParts) {
    this.latency = new Latency(seed, latencyProfileOf(latency));
    this.rules = new RuleSet(seed);
    this.acts = new Acts(world, idOf);
    this.#log = log;
    const { conditions, acts } = this;
    const wallNowMs = (): number => this.wallNowMs();
    this.switchboard = new Switchboard({
      ...{ world, conditions, wallNowMs, venue, acts },
      latency: this.latency,
    });
  }

  /** The exchange's own wall clock. */
  wallNowMs(): number {
    return Date.now() + this.conditions.clockSkewMs;
  }

  /** Puts a document in force. @throws ControlError when it does not fit this exchange. */
  begin({ rules = [], conditions = {} }: FaultDocument): void {
    const issues = [
      ...issuesUnder('rules', [
        ...this.switchboard.ruleIssues(rules),
        ...this.rules.issuesOf(rules),
      ]),
      ...issuesUnder('conditions', this.switchboard.apply(conditions)),
    ];
    if (issues.length > 0) throw ControlError.of(issues);
    this.rules.add(rules);
  }

  /** What a rule lets happen beside a request; it was checked when the rule was added. */
  meanwhile({ conditions = {}, acts = [] }: Meanwhile): void {
    for (const { problem } of this.switchboard.apply(conditions))
      this.#log?.(`meanwhile: ${problem}`);
    for (const act of acts) {
      const result = this.acts.carryOut(act);
      if (!result.ok) this.#log?.(`meanwhile: ${act.do}: ${result.refusal}`);
    }
  }
}
