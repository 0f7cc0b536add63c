import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The rooms of the house; a new one is a decision that docs/decisions.md records. */
const rooms = [
  ...['adapters', 'compose', 'core', 'interface', 'ports', 'research', 'runtime', 'simulator'],
  'tsconfig.json',
];

const filesUnder = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    : [];

describe('the layout', () => {
  it('has only the rooms that the architecture names', () => {
    expect(readdirSync(join(root, 'src')).filter((name) => !rooms.includes(name))).toEqual([]);
  });

  it('has no index.ts: things are imported from the file that defines them', () => {
    const barrels = ['src', 'bin', 'test']
      .flatMap(filesUnder)
      .filter((file) => /[\\/]index\.[cm]?ts$/u.test(file));
    expect(barrels).toEqual([]);
  });

  it('has unit tests only beside what they test, folder for folder', () => {
    const homeless = filesUnder('test/unit')
      .map((file) => dirname(file).slice('test/unit/'.length))
      .filter((folder) => folder !== '' && !existsSync(join(root, 'src', folder)));
    expect(homeless).toEqual([]);
  });
});
