import { basename } from 'node:path';
import { formatUtc } from '../../../core/domain/time.ts';
import type { ReplayedFile } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { configChoice } from '../configChoice.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { printLines } from '../print.ts';
import { progressLine } from '../progressLine.ts';
import { replayLines } from '../render/replayText.ts';

interface ReplayOptions extends GlobalOptions {
  readonly json?: boolean;
}

export const addReplay: AddCommand = (program, context) => {
  const command = program
    .command('replay')
    .argument('[recording]', 'a file, a folder of recordings, or latest', 'latest')
    .description('do a recorded run again: every event must lead to the commands it led to then')
    .option('--json', 'JSON on stdout');
  onRun<ReplayOptions>(command, context, ({ args, options }) =>
    run(context, options, {
      recording: args[0] ?? 'latest',
      config: configChoice(program, context, options),
    }),
  );
};

async function run(
  context: Context,
  options: ReplayOptions,
  what: { readonly recording: string; readonly config: { file: string; isNamed: boolean } },
): Promise<ExitCode> {
  const progress = progressLine(context);
  const done: ReplayedFile[] = [];
  const onProgress = (file: string, share: number): void => {
    progress.label(basename(file), share);
  };
  try {
    for (const replayed of await context.app.replay({ ...what, onProgress })) {
      progress.clear();
      done.push(replayed);
      if (options.json !== true) printLines(context, replayLines(replayed));
    }
  } finally {
    progress.clear();
  }
  const identical = done.every(({ difference }) => difference === undefined);
  if (options.json === true) printJson(context.io, { identical, recordings: done.map(documentOf) });
  return identical ? EXIT.ok : EXIT.failed;
}

function documentOf(replayed: ReplayedFile): Readonly<Record<string, unknown>> {
  const { file, start, events, commands, from, to, isWhole, tornBytes, difference } = replayed;
  return {
    file,
    program: start.program,
    mode: start.mode,
    config_hash: start.configHash,
    started_at: formatUtc(start.startedAt),
    events,
    commands,
    from: events > 0 ? formatUtc(from) : null,
    to: events > 0 ? formatUtc(to) : null,
    whole: isWhole,
    unreadable_bytes: tornBytes,
    identical: difference === undefined,
    difference: difference
      ? {
          event: difference.event,
          kind: difference.kind,
          at: formatUtc(difference.at),
          recorded: JSON.parse(difference.recorded) as unknown,
          replayed: JSON.parse(difference.replayed) as unknown,
        }
      : null,
  };
}
