/** What every command gets: the application, the terminal and the options that hold for all of them. */
import type { App, AppSource } from '../app.ts';
import type { Io } from './io.ts';
import { painter, type Painter } from './render/colour.ts';

export interface GlobalOptions {
  readonly config: string;
  readonly color: boolean;
  readonly input: boolean;
  readonly verbose?: boolean;
}

export interface Context {
  readonly version: string;
  /** There from the moment on in which a command runs; before, `load` loads it. */
  readonly app: App;
  readonly io: Io;
  /** Set by the command that ran. */
  exitCode: number;
  /** Loads the application; once. */
  load(): Promise<App>;
}

/** @param source nothing of it is loaded here */
export function contextOf(source: AppSource, io: Io): Context {
  let loaded: App | undefined;
  return {
    version: source.version,
    get app() {
      if (!loaded) throw new Error('NOT_LOADED: a command used the application before it ran');
      return loaded;
    },
    io,
    exitCode: 0,
    load: async () => (loaded ??= await source.load()),
  };
}

/** Where a configuration is looked for when none is named. */
export const DEFAULT_CONFIG = 'config/plimsoll.yaml';

/** Raised in every JSON document when a field changes its meaning or goes away. */
const JSON_SCHEMA_VERSION = 1;

export function printJson(io: Io, document: Readonly<Record<string, unknown>>): void {
  io.out(`${JSON.stringify({ schema_version: JSON_SCHEMA_VERSION, ...document }, null, 2)}\n`);
}

/** Colours for stdout. */
export function outPainter({ io }: Context, options: GlobalOptions): Painter {
  return painter(io.outIsTerminal && options.color && coloursWanted(io));
}

/** Colours for stderr. */
export function errPainter({ io }: Context, options: { readonly color: boolean }): Painter {
  return painter(io.errIsTerminal && options.color && coloursWanted(io));
}

/** https://no-color.org: set and not empty means no colour. */
function coloursWanted({ env }: Io): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
