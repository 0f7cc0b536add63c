// `npm run lock`, after each `npm install` that changed packages.
//
// Native packages come in one optional package per system. A registry mirror that lacks those of other systems makes
// npm leave them out of package-lock.json, and then `npm ci` refuses the lockfile on every system ("Missing: … from
// lock file"). This adds them by name, version and system. They carry no integrity hash until somebody installs with
// the full registry at hand; npm does not fetch them on a system they are not for.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

const systems = /(?:^|-)(linux|darwin|win32|freebsd|openbsd|android|openharmony|aix|sunos)(?=-|$)/u;
const processors = /(?:^|-)(x64|arm64|arm|ia32|ppc64|riscv64|s390x|loong64|wasm32)(?=-|$)/u;
const libraries = [
  [/-(gnu|glibc)/u, 'glibc'],
  [/-musl/u, 'musl'],
];

/** What the package's name says about the system it is for; undefined if it says nothing. */
function systemOf(name) {
  const os = systems.exec(name)?.[1];
  const cpu = processors.exec(name)?.[1];
  if (os === undefined || cpu === undefined) return undefined;
  const libc = os === 'linux' ? libraries.find(([pattern]) => pattern.test(name))?.[1] : undefined;
  return { os: [os], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) };
}

const added = [];
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const known = [`${path}/node_modules/${name}`, `node_modules/${name}`].some(
      (at) => lock.packages[at],
    );
    const system = systemOf(name);
    // Exact versions only: a range is a choice that npm must make.
    if (known || system === undefined || !/^\d/u.test(version)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(parent.dev === true ? { dev: true } : {}),
      optional: true,
      ...system,
    };
    added.push(`${name}@${version}`);
  }
}

const sorted = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
if (added.length > 0) {
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
}
process.stdout.write(`${added.length} packages for other systems added to package-lock.json\n`);
