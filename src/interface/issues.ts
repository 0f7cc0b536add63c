import type { ConfigIssue } from './app.ts';

/** `file:line:column: path: problem (fix)`, a form editors and terminals can follow. */
export function issueLine({ file, line, column, path, problem, fix }: ConfigIssue): string {
  const words = [`${file}:${line}:${column}`, path, problem].filter((part) => part !== '');
  return `${words.join(': ')}${fix === undefined ? '' : ` (${fix})`}`;
}
