/** The fault file of `plimsoll sim`, and where in it something is wrong. */
import { renderProblem } from '../adapters/config/problem.ts';
import { readSource, type SourceFile } from '../adapters/config/source.ts';
import { faultFileSchema, type FaultDocument } from '../simulator/controlSchema.ts';
import { issueText, readDocument, type DocumentIssue } from '../simulator/faults/issues.ts';

/** A fault file that has been read. */
export interface FaultFile {
  readonly document: FaultDocument;
  /** An error `CONFIG_INVALID` for what only the exchange can tell is wrong with the document, each at its place. */
  refusal(issues: readonly DocumentIssue[]): Error;
}

/** @throws Error `CONFIG_INVALID` with every problem of the file, one `file:line:column` each. */
export function faultsOf(file: string): FaultFile {
  const source = readSource(
    file,
    'name a YAML or JSON file of fault rules; docs/simulator.md has one',
  );
  if (!source.ok) throw invalid(source.error.map(renderProblem));
  const refusal = (issues: readonly DocumentIssue[]): Error =>
    invalid(issues.map((issue) => `${placeOf(source.value, issue.path)} ${issueText(issue)}`));
  const reading = readDocument(faultFileSchema, source.value.content);
  if (!reading.ok) throw refusal(reading.issues);
  return { document: reading.value, refusal };
}

function placeOf(source: SourceFile, path: readonly (string | number)[]): string {
  const { line, column } = source.keyAt(path);
  return `${source.file}:${line}:${column}`;
}

function invalid(lines: readonly string[]): Error {
  return new Error(`CONFIG_INVALID: ${lines.join('\n')}`);
}
