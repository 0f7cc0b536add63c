// Tests run from source (swc strips the types; `npm test` type-checks separately). ESM needs --experimental-vm-modules, which
// package.json's script `jest` passes: `npm run jest -- test/unit/core`. One file with its types and lint: `npm run check -- FILE`.

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
      },
    ],
  },
  // Every test says what it uses: `import { describe, expect, it } from '@jest/globals'`.
  injectGlobals: false,
  setupFilesAfterEnv: ['<rootDir>/test/builders/equality.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  watchPathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testTimeout: 30_000,
  maxWorkers: 2,
};
