import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** What a checker needs to find in the tree: the project's real rules, never a copy written for the test. */
const ruleFiles = [
  'package.json',
  'eslint.config.js',
  'scripts/eslint',
  '.dependency-cruiser.cjs',
  'tsconfig.json',
  'tsconfig.base.json',
  'src/tsconfig.json',
  'src/core/tsconfig.json',
  'test/tsconfig.json',
];

const outputBytesMax = 64 * 1024 * 1024;

/** File path from the tree's root → its text. */
export type Files = Readonly<Record<string, string>>;

/** One complaint of a checker about one file of the tree. */
export interface Complaint {
  /** Path from the tree's root. */
  readonly file: string;
  /** The rule's name. */
  readonly rule: string;
  /** What the checker says; empty where the rule's name says it all. */
  readonly message: string;
}

/** A small project in a temporary folder, under the real rules of this one. Remove it when done. */
export interface PlantedTree {
  readonly root: string;
  remove(): void;
}

/** Writes a project of the given files. */
export function plant(files: Files): PlantedTree {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-arch-'));
  for (const file of ruleFiles) {
    cpSync(join(projectRoot, file), join(root, file), { recursive: true });
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'dir');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return {
    root,
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

/** ESLint's complaints about the TypeScript files of the tree. */
export function lint(tree: PlantedTree): Complaint[] {
  const output = run(tree, 'eslint/bin/eslint.js', ['src', 'bin', 'test', '--format', 'json']);
  return (JSON.parse(output) as LintedFile[]).flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, message }) => ({
      file: filePath.slice(tree.root.length + 1),
      rule: ruleId ?? 'not linted',
      message,
    })),
  );
}

interface Cruised {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** dependency-cruiser's complaints about the tree. */
export function cruise(tree: PlantedTree): Complaint[] {
  const output = run(tree, 'dependency-cruiser/bin/dependency-cruise.mjs', [
    ...['src', 'bin', 'test'],
    ...['--output-type', 'json'],
  ]);
  return (JSON.parse(output) as Cruised).summary.violations.map(({ from, to, rule }) => ({
    file: from,
    rule: rule.name,
    message: `imports ${to}`,
  }));
}

/** Runs a checker of node_modules in the tree; its exit code says only whether there were complaints. */
function run(tree: PlantedTree, program: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(projectRoot, 'node_modules', program), ...args],
    { cwd: tree.root, encoding: 'utf8', maxBuffer: outputBytesMax },
  );
  if (error !== undefined) throw error;
  if (stdout === '') throw new Error(`${program} said nothing on stdout, and on stderr: ${stderr}`);
  return stdout;
}
