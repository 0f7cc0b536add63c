/** What editors and the reference know about the files, from the schemas that check them. */
import { z } from 'zod';
import type { Json } from '../../core/domain/json.ts';
import type { Reason } from '../../core/domain/reasons.ts';
import type { StrategyKind } from '../../core/strategies/contract.ts';
import { STRATEGY_KINDS } from '../../core/strategies/registry.ts';
import { strategySchema } from '../../core/strategies/schema.ts';
import { COMMON_SHAPE } from '../../core/strategies/common.ts';
import { CONFIG_SCHEMA } from './schema.ts';

/** One key of a file, for the reference table. */
export interface KeyRow {
  /** Key path: `risk.price_band`. */
  readonly key: string;
  /** Unit or type: percent, money, duration, number, one of … */
  readonly type: string;
  /** Default as it would be written; absent: the key is optional without one, or required. */
  readonly default?: string;
  readonly required: boolean;
  readonly meaning: string;
  /** Allowed range or an example. */
  readonly note: string;
}

/** A JSON Schema, as far as the reference reads it. */
interface Node {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
}

/** JSON Schema (draft 2020-12) of plimsoll.yaml. */
export function configJsonSchema(): Json {
  const schema = z.toJSONSchema(CONFIG_SCHEMA, { io: 'input', target: 'draft-2020-12' });
  return { ...plain(schema), title: 'Plimsoll configuration, version 1' };
}

/** JSON Schema (draft 2020-12) of a strategy file of any kind. */
export function strategyJsonSchema(): Json {
  const [first, ...rest] = STRATEGY_KINDS.map((kind) => strategySchema(kind));
  if (!first) throw new Error('SCHEMA_EMPTY: no strategy kinds are registered');
  const schema = z.toJSONSchema(z.discriminatedUnion('kind', [first, ...rest]), {
    io: 'input',
    target: 'draft-2020-12',
  });
  return { ...plain(schema), title: 'Plimsoll strategy, version 1' };
}

/** The schema without what is not JSON. */
function plain(schema: object): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(schema)) as Readonly<Record<string, Json>>;
}

/** Every key of plimsoll.yaml. */
export function describeConfig(): KeyRow[] {
  return rowsOf(z.toJSONSchema(CONFIG_SCHEMA, { io: 'input' }) as Node, '');
}

/** The keys that strategy files of all kinds have. */
export function describeCommon(): KeyRow[] {
  return rowsOf(z.toJSONSchema(z.strictObject(COMMON_SHAPE), { io: 'input' }) as Node, '');
}

export interface KindReference {
  readonly kind: string;
  readonly summary: string;
  readonly keys: readonly KeyRow[];
  readonly reasons: readonly ({ readonly code: string } & Reason)[];
}

/** Each strategy kind: its own keys and the reasons it gives. */
export function describeKinds(): KindReference[] {
  return STRATEGY_KINDS.map((kind: StrategyKind) => ({
    kind: kind.kind,
    summary: kind.summary,
    keys: rowsOf(z.toJSONSchema(z.strictObject(kind.shape), { io: 'input' }) as Node, ''),
    reasons: Object.entries(kind.reasons).map(([code, reason]) => ({ code, ...reason })),
  }));
}

function rowsOf(node: Node, prefix: string): KeyRow[] {
  const required = new Set(node.required ?? []);
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const key = `${prefix}${name}`;
    const inner = rowsOf(child, `${key}.`);
    const hasOwnMeaning = child.description !== undefined;
    const own = hasOwnMeaning || inner.length === 0 ? [rowOf(key, child, required.has(name))] : [];
    return [...own, ...inner];
  });
}

function rowOf(key: string, node: Node, required: boolean): KeyRow {
  return {
    key,
    type: typeOf(node),
    required,
    ...(node.default !== undefined && { default: written(node.default) }),
    meaning: node.description ?? '',
    note: noteOf(node),
  };
}

function typeOf(node: Node): string {
  if (node.enum) return node.enum.map(String).join(' · ');
  if (node.const !== undefined) return written(node.const);
  if (node.title !== undefined) return node.title;
  if (node.type === 'object')
    return typeof node.additionalProperties === 'object' ? 'amounts by asset' : 'block';
  return node.type === 'boolean' ? 'true · false' : 'text';
}

function noteOf({ minimum, maximum, examples }: Node): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} … ${maximum}`;
  return examples === undefined
    ? ''
    : `such as ${examples.map((example) => `\`${String(example)}\``).join(', ')}`;
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
