// `npm run docs` writes the files that are generated from the source (configuration schema, reference tables);
// `npm run docs:check` says which of them are not current. Both read the build: `npm run build` first.
//
// What is generated is decided in src/adapters/config/documents.ts, which exports
// `documents(): readonly { file: string; text: string }[]`, with `file` as a path from the project's root.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const source = new URL('../dist/src/adapters/config/documents.js', import.meta.url);
const check = process.argv.includes('--check');

if (!existsSync(source))
  throw new Error(`${fileURLToPath(source)} is missing: run \`npm run build\` first.`);
const { documents } = await import(source.href);

const stale = [];
for (const { file, text } of documents()) {
  const wanted = await formatted(file, text);
  const path = inRoot(file);
  if (existsSync(path) && readFileSync(path, 'utf8') === wanted) continue;
  stale.push(file);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wanted);
}

if (stale.length === 0) process.stdout.write('Every generated file is current.\n');
else if (!check) process.stdout.write(`Written: ${stale.join(', ')}\n`);
else {
  process.stderr.write(
    `Not current: ${stale.join(', ')}. Run \`npm run docs\` and commit the result.\n`,
  );
  process.exitCode = 1;
}

/** In the project's own format, so that the format check has nothing to say about a generated file. */
async function formatted(file, text) {
  const { inferredParser } = await prettier.getFileInfo(inRoot(file));
  if (inferredParser === null) return text;
  return prettier.format(text, {
    ...(await prettier.resolveConfig(inRoot(file))),
    parser: inferredParser,
  });
}
