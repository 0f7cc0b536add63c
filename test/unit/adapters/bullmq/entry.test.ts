import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compiledEntry } from '../../../../src/adapters/bullmq/entry.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../builders/orderQueues.ts';

describe('the compiled form of a file', () => {
  let root: TemporaryDirectory;
  const file = (...names: string[]): string => join(root.path, ...names);

  beforeEach(() => {
    root = temporaryDirectory();
    mkdirSync(file('dist', 'src', 'adapters'), { recursive: true });
    writeFileSync(file('dist', 'src', 'adapters', 'thread.js'), '');
  });
  afterEach(() => root.dispose());

  it('is beside a compiled module', () => {
    const here = pathToFileURL(file('dist', 'src', 'adapters', 'entry.js')).href;
    expect(compiledEntry('thread', here).pathname).toBe(
      file('dist', 'src', 'adapters', 'thread.js'),
    );
  });

  it('is in dist for a module that runs from source', () => {
    const here = pathToFileURL(file('src', 'adapters', 'entry.ts')).href;
    expect(compiledEntry('thread', here).pathname).toBe(
      file('dist', 'src', 'adapters', 'thread.js'),
    );
  });

  it('is missing when nothing was built, which is said with the command that builds', () => {
    const here = pathToFileURL(file('src', 'adapters', 'entry.ts')).href;
    expect(() => compiledEntry('other', here)).toThrow('npm run build');
  });
});
