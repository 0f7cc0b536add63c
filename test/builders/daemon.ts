/** The built program in project folders of its own: real processes, real signals, all ended by their ids. */
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { processLocks } from '../../src/adapters/sqlite/processLock.ts';
import type { LockOwner } from '../../src/ports/processLock.ts';
import type { StatusDocument } from '../../src/runtime/statusDocument.ts';
import { until } from './fakeIo.ts';

/** The project whose build is tested. */
const ROOT = process.env['PLIMSOLL_TEST_ROOT'] ?? fileURLToPath(new URL('../../', import.meta.url));
const PROGRAM = join(ROOT, 'dist', 'bin', 'plimsoll.js');
const BUILT: Program = { argv: [PROGRAM], env: {} };

/** The built program, telling of its heap in a file (heapProbe.mjs). @param nodeOptions more for `node` */
export function probedProgram(file: string, nodeOptions: readonly string[] = []): Program {
  const probe = pathToFileURL(join(ROOT, 'test', 'builders', 'heapProbe.mjs'));
  probe.searchParams.set('file', file);
  return { argv: [...nodeOptions, '--import', probe.href, PROGRAM], env: {} };
}

const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** The built program in a PID namespace of its own, as in a container; undefined where the system does not permit that. */
export const CONTAINED: Program | undefined =
  spawnSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'true']).status === 0
    ? { ...BUILT, through: UNSHARE }
    : undefined;
const SIMULATOR = join(ROOT, 'dist', 'src', 'compose', 'simulatorProcess.js');

/** Time for tests that start daemons: starting takes seconds, on a loaded machine many. */
export const DAEMON_TEST_MS = 180_000;

/** How a command ended. */
export interface Ran {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that still runs. */
export interface Running {
  readonly pid: number;
  /** Resolves when it has ended and everything it said has arrived. */
  readonly ended: Promise<Ran>;
  kill(signal: NodeJS.Signals): void;
  /** What it has said on stderr so far. */
  stderr(): string;
}

/** Another program than the built one: what `node` is given, and what it finds in its environment. */
export interface Program {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What runs `node` instead of us, such as `unshare` with its options. */
  readonly through?: readonly string[];
}

/** What is different from the shipped configuration. */
export interface ProjectOptions {
  /** Market seconds per wall second. */
  readonly speed?: number;
  readonly seed?: number;
  /** Whose words the simulated exchange speaks. */
  readonly exchange?: 'okx';
  /** Lines that stand under `simulated:` besides, indented by nothing. */
  readonly simulated?: readonly string[];
  /** Strategy files by name, instead of the examples. */
  readonly strategies?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Left by the simulated exchange for whoever wants to reach it. */
export interface ExchangeCard {
  readonly pid: number;
  readonly port: number;
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

/** @throws Error saying what to do when the program is not built. */
function requireBuild(): void {
  if (existsSync(PROGRAM) && existsSync(SIMULATOR)) return;
  throw new Error(
    `these tests run the built program, and ${PROGRAM} is not there: run \`npm run build\` first (\`npm test\` does)`,
  );
}

/** A temporary folder with `config/` and `strategies/`, where the program runs. */
export class Project {
  readonly folder: string;
  readonly database: string;
  readonly lockFile: string;
  /** Where a running daemon is asked. */
  readonly socket: string;
  readonly simulatorFolder: string;
  readonly #options: ProjectOptions;
  readonly #children = new Set<ChildProcessByStdio<null, Readable, Readable>>();

  constructor(options: ProjectOptions = {}) {
    requireBuild();
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'plimsoll-run-'));
    this.database = join(this.folder, 'data', 'plimsoll.db');
    this.socket = join(this.folder, 'data', 'plimsoll.sock');
    this.lockFile = join(this.folder, 'data', 'plimsoll.lock');
    this.simulatorFolder = join(this.folder, 'data', 'simulator');
    cpSync(join(ROOT, 'config'), join(this.folder, 'config'), { recursive: true });
    if (options.strategies) {
      for (const [name, text] of Object.entries(options.strategies))
        this.write(join('strategies', name), text);
    } else cpSync(join(ROOT, 'strategies'), join(this.folder, 'strategies'), { recursive: true });
    const { speed, seed, exchange, simulated = [] } = options;
    if (exchange) this.edit('config/plimsoll.yaml', /id: binance/u, `id: ${exchange}`);
    if (speed !== undefined) this.edit('config/plimsoll.yaml', /speed: 60/u, `speed: ${speed}`);
    if (seed !== undefined) this.edit('config/plimsoll.yaml', /seed: 1\b/u, `seed: ${seed}`);
    for (const line of simulated)
      this.edit('config/plimsoll.yaml', /simulated:\n/u, `simulated:\n    ${line}\n`);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** @throws Error when nothing in the file matches: the shipped file has changed. */
  edit(path: string, pattern: RegExp, replacement: string): void {
    const text = this.read(path);
    if (!pattern.test(text)) throw new Error(`${path} has nothing that matches ${pattern.source}`);
    this.write(path, text.replace(pattern, replacement));
  }

  /** Starts a command of the program in the folder. */
  begin(args: readonly string[], program: Program = BUILT): Running {
    const child = this.#spawn(program, [...args, '--no-input']);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = once(child, 'close').then(([exitCode, signal]): Ran => {
      this.#children.delete(child);
      return { exitCode: exitCode as number | null, signal: signal as null, stdout, stderr };
    });
    return {
      pid: child.pid ?? 0,
      ended,
      kill: (signal) => child.kill(signal),
      stderr: () => stderr,
    };
  }

  /** The built program with these variables besides. */
  program(env: Readonly<Record<string, string>>): Program {
    return { ...BUILT, env };
  }

  /** Runs a command to its end. */
  async run(...args: readonly string[]): Promise<Ran> {
    return this.begin(args).ended;
  }

  /** Runs a command that prints one JSON document. @throws Error with what it said when it failed. */
  async json<Document>(...args: readonly string[]): Promise<Document> {
    const ran = await this.run(...args, '--json');
    if (ran.exitCode !== 0)
      throw new Error(`${args.join(' ')}: exit code ${String(ran.exitCode)}: ${ran.stderr}`);
    return JSON.parse(ran.stdout) as Document;
  }

  status(): Promise<StatusDocument> {
    return this.json<StatusDocument>('status');
  }

  /** Starts the daemon in the background and waits until it is ready. @throws Error with what it said. */
  async start(...options: readonly string[]): Promise<LockOwner> {
    await this.json('start', ...options);
    return this.daemon();
  }

  /** The running daemon. @throws Error when there is none. */
  daemon(): LockOwner {
    const owner = processLocks.owner(this.lockFile);
    if (!owner) throw new Error('no daemon runs');
    return owner;
  }

  /** Starts the daemon in the foreground and waits until it is ready. @throws Error with what it said when it ends before. */
  async foreground(...args: readonly string[]): Promise<Running> {
    return this.ready(this.begin(['start', '--foreground', '--json', ...args]));
  }

  /** The same, of another program. @returns also when it ended before it was ready */
  async foregroundOf(program: Program): Promise<Running> {
    const daemon = this.begin(['start', '--foreground', '--json'], program);
    await this.ready(daemon).catch(() => undefined);
    return daemon;
  }

  /** Waits until a daemon in the foreground is ready. @throws Error with what it said when it ends before. */
  async ready(daemon: Running): Promise<Running> {
    let over: Ran | undefined;
    void daemon.ended.then((ran) => {
      over = ran;
    });
    await until(() => daemon.stderr().includes('running: process') || over !== undefined);
    if (over) throw new Error(`the daemon ended at once: ${over.stderr}`);
    return daemon;
  }

  /**
   * Starts the simulated exchange apart from any daemon, as the daemon itself would, so that it is there before and after.
   * @param market what the configuration says, and the speed, which may be another one.
   */
  async startExchange(market: {
    readonly speed: number;
    readonly seed?: number;
    readonly startAtMs?: number;
    /** Where one that has ended stood; absent: anywhere. */
    readonly port?: number;
    /** A coin that fees are paid in, and its price; absent: what is received. */
    readonly feeAsset?: {
      readonly asset: string;
      readonly prices: Readonly<Record<string, string>>;
    };
  }): Promise<void> {
    const request = {
      stateDir: this.simulatorFolder,
      venue: this.#options.exchange ?? 'binance',
      port: 0,
      seed: 1,
      balances: { USDT: '10000' },
      ...market,
    };
    const env = { PLIMSOLL_SIM_REQUEST: JSON.stringify(request) };
    const child = this.#spawn({ argv: [SIMULATOR], env });
    child.stderr.resume();
    child.stdout.resume();
    await until(() => this.card()?.pid === child.pid || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error('the simulated exchange did not start');
  }

  /** Undefined when no exchange of this folder has ever run. */
  card(): ExchangeCard | undefined {
    const file = join(this.simulatorFolder, 'process.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ExchangeCard) : undefined;
  }

  /** True while the exchange's process lives. */
  exchangeRuns(): boolean {
    const pid = this.card()?.pid;
    return pid !== undefined && isSimulator(pid);
  }

  async stopExchange(): Promise<void> {
    const pid = this.card()?.pid;
    if (pid === undefined || !isSimulator(pid)) return;
    process.kill(pid, 'SIGTERM');
    await until(() => !isSimulator(pid));
  }

  /** Ends every process of the folder and removes it. */
  async dispose(): Promise<void> {
    const owner = processLocks.owner(this.lockFile);
    if (owner) process.kill(owner.pid, 'SIGKILL');
    const gone = [...this.#children].map((child) => once(child, 'close'));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(gone);
    await until(() => processLocks.owner(this.lockFile) === undefined);
    const pid = this.card()?.pid;
    if (pid !== undefined && isSimulator(pid)) process.kill(pid, 'SIGKILL');
    await until(() => !this.exchangeRuns());
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(
    { argv, env: more, through = [] }: Program,
    args: readonly string[] = [],
  ): ChildProcessByStdio<null, Readable, Readable> {
    const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
    const env = { PATH, HOME, ...(TMPDIR !== '' && { TMPDIR }), ...this.#options.env, ...more };
    const [command = process.execPath, ...rest] = [...through, process.execPath, ...argv, ...args];
    const child = spawn(command, rest, {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    return child;
  }
}

/** Whether the process with this id is a simulated exchange: an id alone may be somebody else's by now. */
function isSimulator(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('simulatorProcess');
  } catch {
    return false;
  }
}

/** What `read` brings, once it is not undefined or false; the test's own timeout ends the wait. */
export async function eventually<Value>(
  read: () => Value | undefined | false | Promise<Value | undefined | false>,
  everyMs = 50,
): Promise<Value> {
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
