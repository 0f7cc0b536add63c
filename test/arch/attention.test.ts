import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ATTENTION, type AttentionRule } from '../../src/core/domain/attention.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CATALOGUE = 'src/core/domain/attention.ts';

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src', file))
  .filter((file) => file !== CATALOGUE)
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

const page = readFileSync(join(root, 'docs/reference/attention.md'), 'utf8');

describe('the catalogue of what needs attention', () => {
  it('has no code that nothing yields', () => {
    const dead = Object.keys(ATTENTION).filter((code) => !sources.includes(`'${code}'`));
    expect(dead).toEqual([]);
  });

  it('is the table of the reference, row for row', () => {
    const rows = [...page.matchAll(/^\| `([a-z._]+)` \| (.*?) \|/gmu)].map(([, code, text]) => [
      code,
      text,
    ]);
    const rules: [string, AttentionRule][] = Object.entries(ATTENTION);
    expect(rows).toEqual(rules.map(([code, { text }]) => [code, text]));
  });
});
