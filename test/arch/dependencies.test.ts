import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, plant, type Complaint, type Files, type PlantedTree } from './plantedTree.ts';

/** One file in each room, importing all that its room may. */
const clean: Files = {
  'bin/plimsoll.ts': `
    import { live } from '../src/compose/live.ts';
    import { status } from '../src/interface/cli/status.ts';
    status(live);`,
  'src/core/domain/decimal.ts': `export const one = 1n;`,
  'src/core/domain/order.ts': `import { one } from './decimal.ts'; export const order = one;`,
  'src/core/indicators/ema.ts': `
    import { EMA } from 'technicalindicators';
    import { one } from '../domain/decimal.ts';
    export const ema = [EMA, one];`,
  'src/core/risk/limits.ts': `
    import { order } from '../domain/order.ts';
    import { ema } from '../indicators/ema.ts';
    export const limits = [order, ema];`,
  'src/core/orders/states.ts': `import { order } from '../domain/order.ts'; export const states = order;`,
  'src/core/matching/fill.ts': `import { order } from '../domain/order.ts'; export const fill = order;`,
  'src/core/reporting/metrics.ts': `import { order } from '../domain/order.ts'; export const metrics = order;`,
  'src/core/strategies/registry.ts': `
    import { z } from 'zod';
    import { ema } from '../indicators/ema.ts';
    export const registry = [z, ema];`,
  'src/core/engine/step.ts': `
    import { limits } from '../risk/limits.ts';
    import { states } from '../orders/states.ts';
    export const step = [limits, states];`,
  'src/ports/journal.ts': `import type { order } from '../core/domain/order.ts'; export type Journal = typeof order;`,
  'src/adapters/sqlite/journal.ts': `
    import { readFileSync } from 'node:fs';
    import Database from 'better-sqlite3';
    import { states } from '../../core/orders/states.ts';
    import type { Journal } from '../../ports/journal.ts';
    export const journal = (): Journal => [Database, states, readFileSync];`,
  'src/adapters/paper/exchange.ts': `import { fill } from '../../core/matching/fill.ts'; export const exchange = fill;`,
  'src/adapters/config/load.ts': `
    import { parse } from 'yaml';
    import { z } from 'zod';
    import { registry } from '../../core/strategies/registry.ts';
    export const load = [parse, z, registry];`,
  'src/adapters/ccxt/gateway.ts': `import ccxt from 'ccxt'; export const gateway = ccxt;`,
  'src/runtime/session.ts': `
    import { step } from '../core/engine/step.ts';
    import type { Journal } from '../ports/journal.ts';
    export const session = (journal: Journal) => [step, journal];`,
  'src/research/backtest.ts': `
    import { session } from '../runtime/session.ts';
    import { metrics } from '../core/reporting/metrics.ts';
    export const backtest = [session, metrics];`,
  'src/simulator/server.ts': `
    import { createServer } from 'node:http';
    import { WebSocketServer } from 'ws';
    import { fill } from '../core/matching/fill.ts';
    export const server = [createServer, WebSocketServer, fill];`,
  'src/interface/cli/status.ts': `
    import { Command } from 'commander';
    import { backtest } from '../../research/backtest.ts';
    import { session } from '../../runtime/session.ts';
    import { metrics } from '../../core/reporting/metrics.ts';
    export const status = (...handed: unknown[]) => [Command, backtest, session, metrics, handed];`,
  'src/compose/live.ts': `
    import { journal } from '../adapters/sqlite/journal.ts';
    import { gateway } from '../adapters/ccxt/gateway.ts';
    import { exchange } from '../adapters/paper/exchange.ts';
    import { load } from '../adapters/config/load.ts';
    import { session } from '../runtime/session.ts';
    import { server } from '../simulator/server.ts';
    export const live = [journal, gateway, exchange, load, session, server];`,
  'test/unit/core/risk/limits.test.ts': `import { limits } from '../../../../src/core/risk/limits.ts'; limits;`,
};

/** What is planted: rule → file → its text, which breaks the rule. */
const planted: readonly (readonly [rule: string, file: string, text: string])[] = [
  [
    'core-is-pure',
    'src/core/risk/readsFile.ts',
    `import { readFileSync } from 'node:fs'; readFileSync;`,
  ],
  [
    'core-domain-imports-nothing',
    'src/core/domain/knowsIndicator.ts',
    `import { ema } from '../indicators/ema.ts'; ema;`,
  ],
  [
    'core-indicators-import-domain',
    'src/core/indicators/knowsRisk.ts',
    `import { limits } from '../risk/limits.ts'; limits;`,
  ],
  [
    'core-stages-do-not-meet',
    'src/core/risk/knowsOrders.ts',
    `import type { states } from '../orders/states.ts'; export type S = typeof states;`,
  ],
  [
    'core-strategies-do-not-meet-stages',
    'src/core/strategies/knowsRisk.ts',
    `import { limits } from '../risk/limits.ts'; limits;`,
  ],
  [
    'core-engine-imports-core',
    'src/core/engine/knowsPort.ts',
    `import type { Journal } from '../../ports/journal.ts'; export type J = Journal;`,
  ],
  [
    'ports-import-domain',
    'src/ports/knowsOrders.ts',
    `import type { states } from '../core/orders/states.ts'; export type S = typeof states;`,
  ],
  [
    'ports-hold-types-only',
    'src/ports/hasValue.ts',
    `import { order } from '../core/domain/order.ts'; export const o = order;`,
  ],
  [
    'adapters-do-not-meet',
    'src/adapters/ccxt/knowsSqlite.ts',
    `import { journal } from '../sqlite/journal.ts'; journal;`,
  ],
  [
    'adapters-import-ports',
    'src/adapters/sqlite/knowsRisk.ts',
    `import { limits } from '../../core/risk/limits.ts'; limits;`,
  ],
  [
    'adapters-paper-imports-matching',
    'src/adapters/paper/knowsRuntime.ts',
    `import { session } from '../../runtime/session.ts'; session;`,
  ],
  [
    'adapters-config-imports-strategies',
    'src/adapters/config/knowsEngine.ts',
    `import { step } from '../../core/engine/step.ts'; step;`,
  ],
  [
    'runtime-imports-core-and-ports',
    'src/runtime/knowsAdapter.ts',
    `import { journal } from '../adapters/sqlite/journal.ts'; journal;`,
  ],
  [
    'runtime-imports-core-and-ports',
    'src/runtime/waits.ts',
    `import { setTimeout } from 'node:timers/promises'; setTimeout;`,
  ],
  [
    'research-imports-runtime',
    'src/research/knowsCompose.ts',
    `import { live } from '../compose/live.ts'; live;`,
  ],
  [
    'simulator-imports-domain-and-matching',
    'src/simulator/knowsOrders.ts',
    `import { states } from '../core/orders/states.ts'; states;`,
  ],
  [
    'interface-imports-runtime',
    'src/interface/cli/knowsCompose.ts',
    `import { live } from '../../compose/live.ts'; live;`,
  ],
  [
    'compose-does-not-import-interface',
    'src/compose/knowsCli.ts',
    `import { status } from '../interface/cli/status.ts'; status;`,
  ],
  [
    'bin-joins-compose-and-interface',
    'bin/knowsRuntime.ts',
    `import { session } from '../src/runtime/session.ts'; session;`,
  ],
  [
    'only-compose-reaches-compose',
    'src/simulator/knowsCompose.ts',
    `import { live } from '../compose/live.ts'; live;`,
  ],
  ['home-of-ccxt', 'src/runtime/usesCcxt.ts', `import ccxt from 'ccxt'; ccxt;`],
  [
    'home-of-bullmq',
    'src/runtime/usesBullmq.ts',
    `import type { Queue } from 'bullmq'; export type Q = Queue;`,
  ],
  [
    'home-of-ioredis',
    'src/adapters/sqlite/usesRedis.ts',
    `import { Redis } from 'ioredis'; Redis;`,
  ],
  [
    'home-of-electric-sql-pglite',
    'src/adapters/sqlite/usesPglite.ts',
    `import { PGlite } from '@electric-sql/pglite'; PGlite;`,
  ],
  [
    'home-of-better-sqlite3',
    'src/compose/usesSqlite.ts',
    `import Database from 'better-sqlite3'; Database;`,
  ],
  ['home-of-pino', 'src/compose/usesPino.ts', `import { pino } from 'pino'; pino;`],
  ['home-of-yaml', 'src/interface/cli/usesYaml.ts', `import { parse } from 'yaml'; parse;`],
  ['home-of-commander', 'bin/usesCommander.ts', `import { Command } from 'commander'; Command;`],
  [
    'home-of-technicalindicators',
    'src/core/strategies/usesLibrary.ts',
    `import { SMA } from 'technicalindicators'; SMA;`,
  ],
  ['home-of-ws', 'src/adapters/ccxt/usesWs.ts', `import { WebSocket } from 'ws'; WebSocket;`],
  ['home-of-zod', 'src/interface/cli/usesZod.ts', `import { z } from 'zod'; z;`],
  ['no-cycles', 'src/core/ledger/a.ts', `import { b } from './b.ts'; export const a = () => b;`],
  ['no-orphans', 'src/core/ledger/forgotten.ts', `export const forgotten = 1;`],
  ['no-barrels', 'src/core/matching/index.ts', `export { fill } from './fill.ts';`],
  [
    'source-does-not-import-test',
    'src/runtime/usesTest.ts',
    `import '../../test/unit/core/risk/limits.test.ts';`,
  ],
  ['no-unresolved', 'src/runtime/typo.ts', `import { step } from '../core/engine/stepp.ts'; step;`],
  [
    'no-undeclared-packages',
    'src/simulator/usesUndeclared.ts',
    `import acorn from 'acorn'; acorn;`,
  ],
  ['no-dev-packages-in-source', 'src/simulator/usesDev.ts', `import fc from 'fast-check'; fc;`],
  [
    'no-dev-packages-in-source',
    'src/core/domain/usesDecimal.ts',
    `import Decimal from 'decimal.js'; Decimal;`,
  ],
];

/** The other half of the planted cycle: a type closes it as well as a value. */
const support: Files = {
  'src/core/ledger/b.ts': `import type { a } from './a.ts'; export const b = (): typeof a | 0 => 0;`,
};

interface RuleFile {
  readonly forbidden: readonly { readonly name: string; readonly comment: string }[];
}
const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as RuleFile;

describe('architecture rules', () => {
  let tree: PlantedTree;
  let complaints: Complaint[];
  const about = (file: string): string[] =>
    complaints.filter((complaint) => complaint.file === file).map(({ rule }) => rule);

  beforeAll(() => {
    tree = plant({
      ...clean,
      ...support,
      ...Object.fromEntries(planted.map(([, file, text]) => [file, text])),
    });
    complaints = cruise(tree);
  });
  afterAll(() => {
    tree.remove();
  });

  it.each(planted)('%s catches %s', (rule, file) => {
    expect(about(file)).toContain(rule);
  });

  it.each(Object.keys(clean))('have nothing against %s', (file) => {
    expect(about(file)).toEqual([]);
  });

  it('each have a violation planted here', () => {
    const shown = new Set(planted.map(([rule]) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('each say why they exist', () => {
    expect(forbidden.filter(({ comment }) => comment.length < 20)).toEqual([]);
  });
});
