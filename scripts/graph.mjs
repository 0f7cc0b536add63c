// `npm run graph`: draws which room imports which, as Mermaid in Markdown (GitHub and most editors show it).
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cruiser = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
const out = 'dist/graph.md';
/** One box per room: core and adapters show their own rooms, the rest is one box each. */
const rooms = '^(src/(core|adapters)/[^/]+|src/[^/]+|bin)';
const bytesMax = 64 * 1024 * 1024;

const drawing = spawnSync(
  process.execPath,
  [
    cruiser,
    'bin',
    'src',
    '--include-only',
    '^(bin|src)/',
    '--collapse',
    rooms,
    '--output-type',
    'mermaid',
  ],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: bytesMax },
);
if (drawing.stdout === '') {
  process.exitCode = drawing.status ?? 1;
} else {
  mkdirSync(`${root}dist`, { recursive: true });
  writeFileSync(
    `${root}${out}`,
    `# Who imports whom\n\n\`\`\`mermaid\n${drawing.stdout.trim()}\n\`\`\`\n`,
  );
  process.stdout.write(`The dependency graph is in ${out}\n`);
}
