/** The fault rules in force: which one strikes, and how often each has. */
import { Random } from '../../core/domain/random.ts';
import type { DocumentIssue } from './issues.ts';
import type {
  ConnectionAction,
  EventAction,
  FaultAction,
  FaultRule,
  RequestAction,
  RuleMatch,
  Target,
  UpgradeAction,
} from './ruleSchema.ts';
import { targetOf } from './ruleSchema.ts';

/** Most rules in force at once. */
const RULES_MAX = 1_000;

/** What a rule is matched against; absent: not known, and matched by no rule that asks for it. */
export interface FaultFacts {
  readonly method?: string;
  readonly path: string;
  readonly account?: string | undefined;
  readonly symbol?: string | undefined;
  readonly clientOrderId?: string | undefined;
  /** Any of them may fit. */
  readonly streams?: Iterable<string> | undefined;
  readonly event?: string;
}

/** A rule that has struck. */
export interface Strike<Action extends FaultAction = FaultAction> {
  readonly ruleId: string;
  readonly phase: 'before' | 'after-accept';
  readonly action: Action;
}

/** A rule as `GET /rules` shows it. */
export interface RuleReading extends FaultRule {
  readonly id: string;
  /** How often it has struck. */
  readonly hits: number;
}

interface Rule {
  readonly id: string;
  /** Counts up: rules are tried in the order in which they were added. */
  readonly order: number;
  readonly spec: FaultRule;
  readonly fits: (facts: FaultFacts) => boolean;
  readonly random: Random;
  hits: number;
}

interface ActionOf {
  readonly request: RequestAction;
  readonly upgrade: UpgradeAction;
  readonly frame: Extract<FaultAction, { type: 'ignore-subscribe' }>;
  readonly event: EventAction;
  readonly connection: ConnectionAction;
}

export class RuleSet {
  readonly #seed: number;
  readonly #rules = new Map<Target, Rule[]>();
  #added = 0;
  #made = 0;
  #hits = 0;

  /** @param seed of the chances of all rules. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** How often any rule has struck, removed ones included. */
  get hits(): number {
    return this.#hits;
  }

  /** What keeps rules from being added: ids that are taken, or too many rules. */
  issuesOf(specs: readonly FaultRule[]): DocumentIssue[] {
    const taken = new Set(this.list().map(({ id }) => id));
    if (taken.size + specs.length > RULES_MAX)
      return [{ path: [], problem: `more than ${String(RULES_MAX)} rules: remove some` }];
    return specs.flatMap(({ id }, index) => {
      if (id === undefined) return [];
      if (!taken.has(id)) {
        taken.add(id);
        return [];
      }
      const problem = `rule id "${id}" is taken: remove that rule first, or name this one otherwise`;
      return [{ path: [index, 'id'], problem }];
    });
  }

  /** Adds rules of which {@link issuesOf} knows nothing bad. @returns their ids. */
  add(specs: readonly FaultRule[]): string[] {
    const taken = new Set(
      [...this.list(), ...specs].flatMap(({ id }) => (id === undefined ? [] : [id])),
    );
    return specs.map((spec) => this.#add(spec, taken));
  }

  /** In the order in which they were added. */
  list(): RuleReading[] {
    return [...this.#rules.values()]
      .flat()
      .sort((a, b) => a.order - b.order)
      .map(({ id, spec, hits }) => ({ ...spec, id, hits }));
  }

  /** Removes a rule, or all. @returns how many there were. */
  remove(id?: string): number {
    let count = 0;
    for (const [target, rules] of this.#rules) {
      const kept = id === undefined ? [] : rules.filter((rule) => rule.id !== id);
      count += rules.length - kept.length;
      if (kept.length === 0) this.#rules.delete(target);
      else this.#rules.set(target, kept);
    }
    return count;
  }

  /** Whether there is any rule for a kind of thing: saves the facts when there is none. */
  has(target: Target): boolean {
    return this.#rules.has(target);
  }

  /** The first rule that fits and whose chance comes up; it has then struck once more. */
  strike<T extends Target>(target: T, facts: FaultFacts): Strike<ActionOf[T]> | undefined {
    for (const rule of this.#rules.get(target) ?? []) {
      const { spec } = rule;
      if (rule.hits >= (spec.times ?? Infinity) || !rule.fits(facts)) continue;
      if (spec.probability !== undefined && rule.random.uniform() >= spec.probability) continue;
      rule.hits += 1;
      this.#hits += 1;
      return {
        ruleId: rule.id,
        phase: spec.phase ?? 'before',
        // Rules are filed by what their action happens to.
        action: spec.action as ActionOf[T],
      };
    }
    return undefined;
  }

  #add(spec: FaultRule, taken: Set<string>): string {
    const id = spec.id ?? this.#freshId(taken);
    taken.add(id);
    this.#added += 1;
    const target = targetOf(spec.action.type);
    const rule: Rule = {
      id,
      order: this.#added,
      spec,
      fits: matcher(spec.match ?? {}),
      random: Random.stream(this.#seed, `fault/${id}`),
      hits: 0,
    };
    this.#rules.set(target, [...(this.#rules.get(target) ?? []), rule]);
    return id;
  }

  #freshId(taken: ReadonlySet<string>): string {
    let id: string;
    do {
      this.#made += 1;
      id = `rule-${String(this.#made)}`;
    } while (taken.has(id));
    return id;
  }
}

/** A rule's condition: every field that it names must fit. */
function matcher(match: RuleMatch): (facts: FaultFacts) => boolean {
  const tests: ((facts: FaultFacts) => boolean)[] = [];
  for (const field of ['path', 'account', 'symbol', 'clientOrderId'] as const) {
    const pattern = match[field];
    if (pattern === undefined) continue;
    const fits = glob(pattern);
    tests.push((facts) => fits(facts[field]));
  }
  for (const field of ['method', 'event'] as const) {
    const wanted = match[field];
    if (wanted !== undefined) tests.push((facts) => facts[field] === wanted);
  }
  if (match.stream !== undefined) {
    const fits = glob(match.stream);
    tests.push((facts) => [...(facts.streams ?? [])].some(fits));
  }
  return (facts) => tests.every((test) => test(facts));
}

/** A text in which `*` stands for anything. */
function glob(pattern: string): (text: string | undefined) => boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => text !== undefined && expression.test(text);
}
