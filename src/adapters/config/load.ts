/** Reads plimsoll.yaml and every strategy file it names; all problems of all files at once. */
import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { sumOf, toText } from '../../core/domain/decimal.ts';
import type { Json } from '../../core/domain/json.ts';
import { fail, ok, type Result } from '../../core/domain/result.ts';
import type { StrategySpec } from '../../core/strategies/contract.ts';
import { quoteOf } from '../../core/strategies/units.ts';
import { toConfig, type PlimsollConfig } from './config.ts';
import { secretsOf, type Environment, type Secrets } from './environment.ts';
import { exchangeProblems, exchangeWarnings } from './exchangeChecks.ts';
import { check, problemAt } from './explain.ts';
import type { ConfigProblem } from './problem.ts';
import { CONFIG_SCHEMA, type ConfigDocument } from './schema.ts';
import { readSource, type SourceFile } from './source.ts';
import {
  expandPattern,
  loadStrategy,
  STRATEGY_FILES_MAX,
  type LoadedStrategy,
} from './strategyFiles.ts';

/** Longest path of a unix socket in bytes: 108 on Linux with the closing zero, 104 on macOS. */
const SOCKET_BYTES_MAX = 103;

export interface LoadedConfig {
  readonly config: PlimsollConfig;
  /** Enabled strategies, in the order of their files. */
  readonly strategies: readonly StrategySpec[];
  /** Checked, but not to be run. */
  readonly disabled: readonly StrategySpec[];
  /** SHA-256 of the effective content, hex: differs when anything that matters does; comments and defaults do not. */
  readonly hash: string;
  /** The same of each strategy's file alone, by id. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Every file that was read, the configuration first. */
  readonly files: readonly string[];
  /** All content with every default filled in, in the units of the files. Holds no secrets. */
  readonly effective: Json;
  readonly secrets: Secrets;
  /** What works but is probably not meant. */
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Folder that relative paths of a configuration start at: the folder of the file, or its parent when that folder is named
 * `config`. So it does not depend on where the command was run.
 */
export function rootOf(file: string): string {
  const folder = dirname(file);
  return basename(folder) === 'config' ? dirname(folder) : folder;
}

/**
 * @param env the environment, with `.env` already in it (see readEnvironment).
 * @param only what is wrong with strategy files is warned of, and they are left out: for whoever wants nothing but out
 */
export function loadConfig(
  file: string,
  env: Environment,
  only?: 'good strategies',
): Result<LoadedConfig, readonly ConfigProblem[]> {
  const source = readSource(file);
  if (!source.ok) return source;
  const parsed = check(CONFIG_SCHEMA, source.value);
  // With the configuration broken, the strategy files of the usual place are still checked.
  const patterns = patternsOf(
    parsed.ok ? parsed.value.strategies : source.value.content['strategies'],
  );
  const found = loadStrategies(source.value, patterns);
  const leftOut = only === undefined ? [] : found.problems;
  const problems = [...(parsed.ok ? [] : parsed.error), ...(only ? [] : found.problems)];
  if (!parsed.ok) return fail(problems);
  const secrets = secretsOf(env);
  const place = {
    file: resolve(file),
    root: resolve(rootOf(file)),
    hasRedisUrl: secrets.redisUrl !== undefined,
  };
  const config = toConfig(parsed.value, place);
  problems.push(...configProblems(config, parsed.value, source.value, secrets));
  problems.push(...quoteProblems(config, found.strategies));
  if (problems.length > 0) return fail(problems);
  const effective = {
    config: z.encode(CONFIG_SCHEMA, parsed.value) as Json,
    strategies: found.strategies.map((strategy) => strategy.effective),
  };
  return ok({
    config,
    strategies: found.strategies.filter(({ enabled }) => enabled).map(({ spec }) => spec),
    disabled: found.strategies.filter(({ enabled }) => !enabled).map(({ spec }) => spec),
    hash: hashOf(effective),
    hashes: new Map(found.strategies.map(({ spec, effective: own }) => [spec.id, hashOf(own)])),
    files: [file, ...found.strategies.map(({ source: { file: path } }) => path)],
    effective,
    secrets,
    warnings: [...leftOut, ...warningsOf(config, found.strategies, source.value)],
  });
}

function patternsOf(written: unknown): readonly string[] {
  if (typeof written === 'string') return [written];
  const list = Array.isArray(written) ? written.filter((entry) => typeof entry === 'string') : [];
  return list.length > 0 ? list : ['strategies/*.yaml'];
}

interface FoundStrategies {
  readonly strategies: readonly LoadedStrategy[];
  readonly problems: readonly ConfigProblem[];
}

function loadStrategies(source: SourceFile, patterns: readonly string[]): FoundStrategies {
  const root = rootOf(source.file);
  const files = new Set<string>();
  const problems: ConfigProblem[] = [];
  for (const pattern of patterns) {
    const matches = expandPattern(root, pattern);
    for (const match of matches) files.add(match);
    if (matches.length > 0) continue;
    const fix = `put a strategy file there, or name another place`;
    problems.push(
      problemAt(source, ['strategies'], `no file matches "${pattern}" in ${resolve(root)}`, {
        fix,
      }),
    );
  }
  if (files.size > STRATEGY_FILES_MAX) {
    const problem = `names ${files.size} files; at most ${STRATEGY_FILES_MAX} strategies run in one daemon`;
    return { strategies: [], problems: [...problems, problemAt(source, ['strategies'], problem)] };
  }
  const strategies: LoadedStrategy[] = [];
  for (const file of files) {
    const loaded = loadStrategy(file);
    if (loaded.ok) strategies.push(loaded.value);
    else problems.push(...loaded.error);
  }
  return { strategies, problems: [...problems, ...duplicates(strategies)] };
}

function duplicates(strategies: readonly LoadedStrategy[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const owners = new Map<string, SourceFile>();
  for (const { spec, source } of strategies) {
    const owner = owners.get(spec.id);
    if (owner) {
      const { line } = owner.valueAt(['id']);
      const problem = `"${spec.id}" is the id of ${owner.file}:${line} already`;
      problems.push(
        problemAt(source, ['id'], problem, { fix: 'give each strategy an id of its own' }),
      );
    } else owners.set(spec.id, source);
  }
  return problems;
}

/** Rules across keys of plimsoll.yaml, and between it and the environment. */
function configProblems(
  config: PlimsollConfig,
  document: ConfigDocument,
  source: SourceFile,
  secrets: Secrets,
): ConfigProblem[] {
  const { quote } = config;
  const problems = placeProblems(config, source);
  problems.push(...exchangeProblems(config, source, secrets));
  if (document.queue.backend === 'redis' && secrets.redisUrl === undefined) {
    const problem = 'is redis, but REDIS_URL is not set';
    const fix = 'set REDIS_URL, for example redis://127.0.0.1:6379, or write backend: embedded';
    problems.push(problemAt(source, ['queue', 'backend'], problem, { fix }));
  }
  if (config.mode === 'paper' && document.paper.balances[quote] === undefined) {
    const problem = `has no ${quote}, the currency of risk.max_total_exposure`;
    problems.push(
      problemAt(source, ['paper', 'balances'], problem, { fix: `add ${quote}: "10000"` }),
    );
  }
  const socketBytes = Buffer.byteLength(config.socket);
  if (socketBytes > SOCKET_BYTES_MAX) {
    const problem = `${config.socket} is ${socketBytes} bytes long; sockets allow ${SOCKET_BYTES_MAX}`;
    problems.push(
      problemAt(source, ['control', 'socket'], problem, { fix: 'write a shorter absolute path' }),
    );
  }
  return problems;
}

/** Which exchange goes with which mode. */
function placeProblems({ mode, exchange }: PlimsollConfig, source: SourceFile): ConfigProblem[] {
  const isSimulated = exchange.simulated !== undefined;
  const at = (key: string, problem: string): ConfigProblem[] => [
    problemAt(source, ['exchange', key], problem),
  ];
  switch (mode) {
    case 'live':
      if (isSimulated)
        return at(
          'simulated',
          'mode live trades at the real exchange; remove this block, or write mode: sandbox',
        );
      return exchange.testnet
        ? at('testnet', 'mode live trades real money; remove this, or write mode: sandbox')
        : [];
    case 'paper':
      return exchange.testnet
        ? at(
            'testnet',
            'mode paper sends no orders and reads real prices; remove this, or write mode: sandbox',
          )
        : [];
    case 'sandbox':
      if (isSimulated !== exchange.testnet) return [];
      return isSimulated
        ? at('testnet', 'choose one: the simulated exchange or the test network')
        : [
            problemAt(
              source,
              ['mode'],
              'sandbox needs play money: add exchange.simulated, or exchange.testnet: true',
            ),
          ];
  }
}

function quoteProblems(
  config: PlimsollConfig,
  strategies: readonly LoadedStrategy[],
): ConfigProblem[] {
  const foreign = strategies.filter(({ spec }) => quoteOf(spec.symbol) !== config.quote);
  return foreign.map(({ spec, source }) => {
    const problem = `${spec.symbol} is paid in ${quoteOf(spec.symbol)}, but risk.max_total_exposure of ${config.file} is in ${config.quote}; all strategies of one daemon share one quote currency`;
    return problemAt(source, ['symbol'], problem);
  });
}

function warningsOf(
  config: PlimsollConfig,
  strategies: readonly LoadedStrategy[],
  source: SourceFile,
): ConfigProblem[] {
  const running = strategies.filter(({ enabled }) => enabled);
  const wanted = sumOf(running.map(({ spec }) => spec.budget));
  const limit = config.risk.maxTotalExposure;
  const warnings: ConfigProblem[] = [...exchangeWarnings(config, source)];
  if (running.length === 0)
    warnings.push(
      problemAt(source, ['strategies'], 'no strategy is enabled: nothing will be traded'),
    );
  if (wanted.gt(limit)) {
    const problem = `is ${toText(limit)} ${config.quote}, but the budgets add up to ${toText(wanted)}: the last ones to buy will be refused`;
    warnings.push(problemAt(source, ['risk', 'max_total_exposure'], problem));
  }
  return warnings;
}

function hashOf(content: Json): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

/** JSON with sorted keys: the same content is the same text. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
