import type { IndicatorFacts } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { unknownName } from '../names.ts';
import { printLines, printTable } from '../print.ts';

type Options = GlobalOptions & { readonly json?: boolean };

const COLUMNS = [
  { title: 'INDICATOR' },
  { title: 'FAMILY' },
  { title: 'PARAMETERS' },
  { title: 'OUTPUTS', drop: 1 },
  { title: 'WARM', align: 'right' },
  { title: 'WHAT', flexible: true },
] as const;

export const addIndicators: AddCommand = (program, context) => {
  const command = program
    .command('indicators')
    .argument('[name]', 'all about this one, e.g. macd')
    .description('the indicators there are: parameters, outputs, formula, source')
    .option('--json', 'JSON on stdout');
  onRun<Options>(command, context, ({ args, options }) => indicators(context, options, args[0]));
};

async function indicators(
  context: Context,
  options: Options,
  name: string | undefined,
): Promise<ExitCode> {
  const all = await context.app.indicators();
  const shown = name === undefined ? all : all.filter((each) => each.name === name);
  if (name !== undefined && shown.length === 0)
    throw unknownName(
      'indicator',
      name,
      all.map((each) => each.name),
    );
  if (options.json === true) printJson(context.io, { indicators: shown.map(documentOf) });
  else if (name !== undefined) printLines(context, shown.flatMap(lines));
  else printTable(context, options, { columns: COLUMNS, rows: shown.map(cells), empty: 'none' });
  return EXIT.ok;
}

/** No number of bars is Infinity in JSON. */
function documentOf({ warmUp, settle, seeding, params, ...facts }: IndicatorFacts) {
  return {
    ...facts,
    params: params.map(({ isWhole, ...param }) => ({ ...param, whole: isWhole })),
    seeding: seeding ?? null,
    warm_up: warmUp,
    settle: Number.isFinite(settle) ? settle : null,
  };
}

function cells({ name, family, params, outputs, warmUp, summary }: IndicatorFacts): string[] {
  return [
    name,
    family,
    params.map((param) => `${param.name} ${param.default}`).join(', ') || '-',
    outputs.map((output) => output.name).join(', '),
    String(warmUp),
    summary,
  ];
}

function lines(facts: IndicatorFacts): string[] {
  const { name, family, summary, params, inputs, outputs, warmUp, settle } = facts;
  const forgets = Number.isFinite(settle)
    ? `${settle} until nothing before them shows`
    : 'it never forgets';
  return [
    `${name} (${family}): ${summary}`,
    `formula: ${facts.formula}`,
    ...(facts.seeding === undefined ? [] : [`seeded with: ${facts.seeding}`]),
    `source: ${facts.source}`,
    `reads: ${inputs.join(', ')}`,
    `bars: ${warmUp} to warm; ${forgets}`,
    'parameters:',
    ...(params.length === 0 ? ['  none'] : params.map(paramLine)),
    'outputs:',
    ...outputs.map((output) => `  ${output.name}: ${output.meaning}`),
  ];
}

function paramLine({
  name,
  meaning,
  default: usual,
  min,
  max,
  isWhole,
}: IndicatorFacts['params'][number]): string {
  const range = `${isWhole ? 'whole, ' : ''}${min} to ${max}`;
  return `  ${name}: ${usual} (${range}): ${meaning}`;
}
