/** `npm run soak:real -- --help`: a day in real time. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDay } from './day.ts';
import { readDayOptions, USAGE, type DayOptions } from './options.ts';
import { csvOf, exitCodeOf, reportOf, summaryOf } from './report.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readDayOptions(args);
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (options instanceof Error) {
    process.stderr.write(`soak:real: ${options.message}\n\n${USAGE}`);
    return 2;
  }
  return day(options);
}

async function day(options: DayOptions): Promise<number> {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
  const say = (line: string): void => {
    process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  };
  const records = await runDay(options, { say, signal: interrupt.signal });
  // What was measured first: hours of it must not depend on what is made of it.
  for (const { name, samples } of records)
    writeFileSync(join(options.out, `${name}.csv`), csvOf(samples));
  const report = reportOf(options, records);
  const document = JSON.stringify(report, undefined, 2);
  writeFileSync(join(options.out, 'report.json'), `${document}\n`);
  process.stdout.write(options.json ? `${document}\n` : summaryOf(report));
  return exitCodeOf(report);
}
