/**
 * A daemon that is killed at a named point of an order's life, again and again, over real processes, a real simulated exchange and
 * a real queue. After each kill it starts again, settles, and its books must equal the exchange's to the last digit.
 */
import { fileURLToPath } from 'node:url';
import { setMarket } from '../../../src/compose/simulatorMarket.ts';
import type { ProcessCard } from '../../../src/compose/simulatorProcess.ts';
import { Project, type Program, type Running } from '../daemon.ts';
import { accountOf, booksOf, differences, liveExchange, readBooks, type Books } from '../world.ts';
import type { Point } from './faultPoints.ts';

const CHILD = fileURLToPath(new URL('daemonChild.ts', import.meta.url));
const HOOKS = new URL('../tsHooks.mjs', import.meta.url).href;
const ROOT =
  process.env['PLIMSOLL_TEST_ROOT'] ?? fileURLToPath(new URL('../../../', import.meta.url));
const REGISTER = `data:text/javascript,import{register}from'node:module';register('${HOOKS}')`;

/** Market seconds per second: every strategy below decides several times a second. */
const SPEED = 240;
const LOOK_MS = 20;
/** The exchange has at least so many orders open when the process dies. */
const ORDERS_OPEN = 2;
/** To come to the point, and to settle: proving that an order was not placed takes a minute and more. */
const KILL_MS_MAX = 120_000;
const SETTLE_MS_MAX = 240_000;

const trend = (id: string, symbol: string): string => `schema_version: 1
id: ${id}
kind: trend
symbol: ${symbol}
timeframe: 1m
budget: 300 USDT
stop_loss: 4%
ema_fast: 2
ema_slow: 3
`;

/** Orders that rest, and two markets that are gone in and out of every few bars, with positions that are guarded by stops. */
const STRATEGIES: Readonly<Record<string, string>> = {
  'grid-btc.yaml': `schema_version: 1
id: grid-btc
kind: grid
symbol: BTC/USDT
timeframe: 1m
budget: 600 USDT
lower: -20%
upper: +20%
lines: 40
spacing: geometric
`,
  'busy-eth.yaml': trend('busy-eth', 'ETH/USDT'),
  'busy-sol.yaml': trend('busy-sol', 'SOL/USDT'),
  'dca.yaml': `schema_version: 1
id: dca
kind: dca
symbol: ETH/USDT
timeframe: 1m
budget: 2000 USDT
every: 1m
amount: 10 USDT
take_profit: 0.5%
`,
};

/** What came of the kills at one point. */
export interface Cell {
  readonly point: Point;
  readonly rounds: number;
  /** Orders that were planned, being sent, looked up or being cancelled when the process died. */
  inFlight: number;
  /** Of these, how many the exchange had. */
  adopted: number;
  /** Of these, how many were proved not to be there, or never left. */
  notPlaced: number;
  /** Client ids of which the exchange executed more than one order. */
  doubled: number;
  /** Differences between the books and the exchange, in words; must be empty. */
  readonly differences: string[];
}

/**
 * Kills `rounds` times at a point, in a folder and a market of its own, starts again each time, compares.
 * @param env `REDIS_URL` for the Redis queue.
 * @throws Error when the point is not reached
 */
export async function killAt(
  point: Point,
  rounds: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Cell> {
  const project = new Project({ speed: SPEED, strategies: STRATEGIES, env });
  try {
    return await new KillSeries(project).run(point, rounds);
  } finally {
    await project.dispose();
  }
}

class KillSeries {
  readonly project: Project;
  #rounds = 0;

  constructor(project: Project) {
    this.project = project;
  }

  async run(point: Point, rounds: number): Promise<Cell> {
    const cell: Cell = {
      point,
      rounds,
      inFlight: 0,
      adopted: 0,
      notPlaced: 0,
      doubled: 0,
      differences: [],
    };
    const doubtful = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const daemon = await this.#start(point);
      await this.#compare(cell);
      await this.#kill(daemon, point);
      for (const id of inFlightOf(booksOf(this.project))) doubtful.add(id);
    }
    const daemon = await this.project.foreground();
    await this.#compare(cell);
    await this.#settled();
    await this.#compare(cell);
    await this.#judge(cell, doubtful);
    daemon.kill('SIGTERM');
    await daemon.ended;
    return cell;
  }

  /** P8 is passed while starting: the process before dies as at P4, this one in its reconciliation, the next one goes on. */
  async #start(point: Point): Promise<Running> {
    if (point !== 'P8') return this.project.foregroundOf(programOf(point, false));
    const first = await this.project.foregroundOf(programOf('P4', false));
    await this.#kill(first, 'P4');
    return this.project.foregroundOf(programOf('P8', true));
  }

  async #kill(daemon: Running, point: Point): Promise<void> {
    this.#rounds += 1;
    if (point !== 'P8') await this.#ordersOpen();
    if (point === 'P9') await this.#secondDaemon();
    // At P8 it was armed from the start, and may be gone already.
    if (point !== 'P8') process.kill(daemon.pid, 'SIGUSR2');
    if (point === 'P10') process.kill(daemon.pid, 'SIGTERM');
    // Something must be cancelled.
    const stop = point === 'P7' ? this.project.run('stop', '--cancel-orders') : undefined;
    const late = new Promise<undefined>((resolve) => {
      setTimeout(resolve, KILL_MS_MAX, undefined).unref();
    });
    const ran = await Promise.race([daemon.ended, late]);
    await stop;
    if (ran?.signal === 'SIGKILL') return;
    daemon.kill('SIGKILL');
    const how =
      ran === undefined
        ? `still ran after ${KILL_MS_MAX} ms`
        : `ended by itself: ${ran.stderr.slice(-500)}`;
    throw new Error(`round ${this.#rounds}: the process did not die at ${point}: ${how}`);
  }

  async #ordersOpen(): Promise<void> {
    const left = await until(KILL_MS_MAX, async () =>
      accountOf(await liveExchange(this.project)).open_orders.length >= ORDERS_OPEN
        ? []
        : ['the daemon opens no orders'],
    );
    if (left.length > 0) throw new Error(left.join(', '));
  }

  async #secondDaemon(): Promise<void> {
    const { exitCode, stderr } = await this.project.run('start', '--foreground');
    if (exitCode === 0 || !stderr.includes('ALREADY_RUNNING'))
      throw new Error(`a second daemon was not refused (exit code ${String(exitCode)}): ${stderr}`);
  }

  /** The market stands still, so that both records can be read at one moment. Orders of ours may still be on their way. */
  async #compare(cell: Cell): Promise<void> {
    const card = this.#card();
    // A process that died while starting leaves no running daemon, but books all the same.
    await setMarket(card, 'pause');
    try {
      const found = await until(SETTLE_MS_MAX, async () => {
        const books = readBooks(this.project);
        const account = accountOf(await liveExchange(this.project));
        const left = books === undefined ? [] : differences(books, account);
        return left.length === 0 || !this.#runs() ? [] : left;
      });
      cell.differences.push(...found);
    } finally {
      await setMarket(card, 'resume');
    }
  }

  /** Waits until nothing is in doubt any more. */
  async #settled(): Promise<void> {
    const left = await until(SETTLE_MS_MAX, async () =>
      booksOf(this.project)
        .orders.filter(({ state }) => state === 'UNKNOWN')
        .map((order) => `still unknown: ${JSON.stringify(order)}`),
    );
    if (left.length === 0) return;
    const { state, health } = await this.project.status();
    throw new Error([...left, JSON.stringify({ state, health })].join('\n'));
  }

  async #judge(cell: Cell, doubtful: ReadonlySet<string>): Promise<void> {
    const { orders } = booksOf(this.project);
    const { executions } = accountOf(await liveExchange(this.project));
    cell.inFlight = doubtful.size;
    for (const order of orders) {
      if (!doubtful.has(order.intent_id)) continue;
      if (order.exchange_order_id === null) cell.notPlaced += 1;
      else cell.adopted += 1;
    }
    cell.doubled = Object.values(executions).filter((count) => count > 1).length;
  }

  #runs(): boolean {
    try {
      return this.project.daemon().pid > 0;
    } catch {
      return false;
    }
  }

  #card(): ProcessCard {
    const card = this.project.card();
    if (card === undefined) throw new Error('no exchange has run here');
    return card as ProcessCard;
  }
}

/** Looks until nothing is left, or the time is over. @returns what was left */
async function until(
  limitMs: number,
  look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const end = Date.now() + limitMs;
  for (;;) {
    const left = await look();
    if (left.length === 0 || Date.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function inFlightOf({ orders }: Books): string[] {
  return orders
    .filter(({ state }) => ['PLANNED', 'SENDING', 'UNKNOWN', 'CANCELLING'].includes(state))
    .map((order) => order.intent_id);
}

function programOf(point: Point, armed: boolean): Program {
  return {
    argv: ['--import', REGISTER, CHILD],
    env: {
      PLIMSOLL_TEST_ROOT: ROOT,
      PLIMSOLL_TEST_POINT: point,
      ...(armed && { PLIMSOLL_TEST_ARMED: 'yes' }),
    },
  };
}

/** The table of a run. */
export function tableOf(backend: string, cells: readonly Cell[]): string {
  const head = [
    'point',
    'backend',
    'kills',
    'in flight',
    'adopted',
    'not placed',
    'doubled',
    'lost',
  ];
  const rows = cells.map((cell) => [
    cell.point,
    backend,
    cell.rounds,
    cell.inFlight,
    cell.adopted,
    cell.notPlaced,
    cell.doubled,
    cell.differences.length,
  ]);
  return [head, ...rows]
    .map((row) => row.map((text) => String(text).padEnd(11)).join(''))
    .join('\n');
}
