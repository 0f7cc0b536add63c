/** What is wrong in a configuration: all of it at once, each with its place. */
import type { ConfigIssue } from '../app.ts';
import { issueLine } from '../issues.ts';
import { CliError, EXIT } from './exitCodes.ts';

/** An error for stderr with exit code 4. */
export function issuesError(issues: readonly ConfigIssue[]): CliError {
  const count = issues.length === 1 ? 'one thing is' : `${issues.length} things are`;
  return new CliError(
    EXIT.config,
    `${count} wrong in the configuration:\n${issues.map(issueLine).join('\n')}`,
  );
}
