/** The configuration as the program uses it: exact values, resolved paths, nothing of YAML. */
import { isAbsolute, join } from 'node:path';
import { dec, type Decimal } from '../../core/domain/decimal.ts';
import type { ExchangeId } from '../../core/domain/exchanges.ts';
import { asset, type Asset } from '../../core/domain/ids.ts';
import type { ConfigDocument } from './schema.ts';

const MEGABYTE = 1_000_000;

export type Mode = ConfigDocument['mode'];

/** An opening balance of play money. */
export interface OpeningBalance {
  readonly asset: Asset;
  readonly amount: Decimal;
}

export interface SimulatedExchange {
  /** Port on loopback; 0: any free one. */
  readonly port: number;
  readonly seed: number;
  /** Market seconds per wall second. */
  readonly speed: number;
  readonly stateDir: string;
  readonly balances: readonly OpeningBalance[];
  readonly replay?: { readonly file: string; readonly symbol?: string };
}

export interface PlimsollConfig {
  /** The file it was read from. All paths in here are absolute: they do not depend on where the command was run. */
  readonly file: string;
  readonly mode: Mode;
  readonly exchange: {
    readonly id: ExchangeId;
    /** The operator uses it although this program was never run against it. */
    readonly acceptsUnproven: boolean;
    readonly account: string;
    readonly testnet: boolean;
    /** `http:` or `socks5:`, without user and password. */
    readonly proxy?: string;
    /** Present: the built-in simulated exchange is used. */
    readonly simulated?: SimulatedExchange;
  };
  readonly dataDir: string;
  readonly database: string;
  readonly lockFile: string;
  readonly logFile: string;
  readonly logLevel: ConfigDocument['log']['level'];
  readonly socket: string;
  readonly queue: {
    /** `auto` is resolved. */
    readonly backend: 'redis' | 'embedded';
    readonly prefix: string;
    /** Where the embedded backend keeps its files. */
    readonly directory: string;
  };
  readonly risk: {
    readonly maxTotalExposure: Decimal;
    /** Fraction of the last price. */
    readonly priceBand: number;
    readonly maxOpenOrders: number;
  };
  /** Quote of all strategies and limits. */
  readonly quote: Asset;
  /** Wall time. */
  readonly staleAfterMs: number;
  /** Wall time. */
  readonly orderTtlMs: number;
  readonly paper: {
    readonly balances: readonly OpeningBalance[];
    /** Fraction of the notional. */
    readonly makerFee: Decimal;
    readonly takerFee: Decimal;
  };
  /** Absent: nothing is recorded. */
  readonly recording?: {
    readonly folder: string;
    /** Of all recordings together. */
    readonly bytesMax: number;
    readonly ageMsMax: number;
  };
  /** How orders are filled that no exchange fills. */
  readonly fills: FillSettings;
}

export interface FillSettings {
  /** Fraction of the price. */
  readonly slippage: number;
  readonly touch: 'through' | 'fills';
  /** Fraction of a bar's volume. */
  readonly maxShare: number;
  readonly latencyMs: number;
}

/** Where the configuration was read and what the environment says. */
export interface ConfigPlace {
  readonly file: string;
  /** Folder that relative paths start at. */
  readonly root: string;
  readonly hasRedisUrl: boolean;
}

export function toConfig(document: ConfigDocument, place: ConfigPlace): PlimsollConfig {
  const { exchange, risk, paper, fills, queue, log, control, recording } = document;
  const dataDir = within(place.root, document.data_dir);
  const auto = place.hasRedisUrl ? 'redis' : 'embedded';
  return {
    file: place.file,
    mode: document.mode,
    exchange: {
      id: exchange.id,
      acceptsUnproven: exchange.unproven === 'accept',
      account: exchange.account,
      testnet: exchange.testnet,
      ...(exchange.proxy !== undefined && { proxy: exchange.proxy }),
      ...(exchange.simulated && {
        simulated: toSimulated(exchange.simulated, dataDir, place.root),
      }),
    },
    dataDir,
    database: join(dataDir, 'plimsoll.db'),
    lockFile: join(dataDir, 'plimsoll.lock'),
    logFile: within(dataDir, log.file),
    logLevel: log.level,
    socket: within(dataDir, control.socket),
    queue: {
      backend: queue.backend === 'auto' ? auto : queue.backend,
      prefix: queue.prefix,
      directory: join(dataDir, 'queue'),
    },
    risk: {
      maxTotalExposure: risk.max_total_exposure.amount,
      priceBand: risk.price_band,
      maxOpenOrders: risk.max_open_orders,
    },
    quote: risk.max_total_exposure.asset,
    staleAfterMs: risk.stale_after,
    orderTtlMs: risk.order_ttl,
    paper: {
      balances: openings(paper.balances),
      makerFee: dec(paper.fees.maker),
      takerFee: dec(paper.fees.taker),
    },
    ...(recording.enabled && {
      recording: {
        folder: join(dataDir, 'recordings'),
        bytesMax: recording.max_size_mb * MEGABYTE,
        ageMsMax: recording.max_age,
      },
    }),
    fills: {
      slippage: fills.slippage,
      touch: fills.touch,
      maxShare: fills.max_share,
      latencyMs: fills.latency,
    },
  };
}

function toSimulated(
  {
    port,
    seed,
    speed,
    state,
    balances,
    replay,
  }: NonNullable<ConfigDocument['exchange']['simulated']>,
  dataDir: string,
  root: string,
): SimulatedExchange {
  return {
    port,
    seed,
    speed,
    stateDir: within(dataDir, state),
    balances: openings(balances),
    ...(replay && {
      replay: {
        file: within(root, replay.file),
        ...(replay.symbol !== undefined && { symbol: replay.symbol }),
      },
    }),
  };
}

function openings(balances: Readonly<Record<string, Decimal>>): OpeningBalance[] {
  return Object.entries(balances).map(([code, amount]) => ({ asset: asset(code), amount }));
}

/** A path that starts at a folder unless it is absolute. */
export function within(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
