// Unused files, exports and packages. Two passes (`npm run knip`):
//  1. the whole tree: an export counts as used if anything uses it, a test included;
//  2. --production: without tests, so that a file or a package that only tests use is reported.

/** @type {import('knip').KnipConfig} */
export default {
  // bin/plimsoll.ts is found through package.json's bin.
  entry: [
    // Started by file name as a thread and as a child process, which no import shows.
    'src/adapters/bullmq/{embeddedThread,createDatabase}.ts!',
    // Called from package.json, one of them through a shell's `exec`.
    'scripts/*.mjs',
    // Read from the build by scripts/docs.mjs.
    'src/adapters/config/reference.ts!',
    'src/simulator/faults/reference.ts!',
    'src/adapters/ccxt/quirks/registry.ts!',
    // Reads the in-memory journal back: the contract suite sees both journals through the same port.
    'src/adapters/memory/records.ts!',
    // A process of its own, started by file name.
    'src/compose/simulatorProcess.ts!',
    // A thread, started by file name.
    'src/compose/trialThread.ts!',
    // The package exports them (`plimsoll/statistics/…`).
    'src/core/statistics/*.ts!',
    // Run by hand: `npm run bench`, `npm run fingerprint`, `npm run arithmetic`, `npm run sim`, `npm run sim:soak`, `npm run soak:real`, `npm run proof`.
    'test/{bench,fingerprint,proof,simulation,realDay}/main.ts',
    'test/simulation/{soak,parityMain}.ts',
    'test/fingerprint/arithmetic.ts',
  ],
  project: ['bin/**/*.ts!', 'src/**/*.ts!', 'test/**/*.ts', 'scripts/**/*.mjs'],
  // Imported by file URL, one exchange's module alone (src/adapters/ccxt/load.ts); by a name in a variable (test/bench/children/indicators.ts).
  ignoreDependencies: ['ccxt', 'trading-signals'],
  // Installed by .ci/run, used when it is there.
  ignoreBinaries: ['redis-server', 'mount', 'umount', 'unshare'],
  // A type that only its own file names may still be exported: it is part of what the file's functions promise.
  ignoreExportsUsedInFile: { interface: true, type: true },
};
