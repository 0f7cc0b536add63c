/** The catalogue of indicators as the command line tells it. */
import { catalogue, create, rowOf } from '../core/indicators/catalogue.ts';
import type { IndicatorParam, IndicatorRow } from '../core/indicators/catalogue/row.ts';

interface IndicatorFacts extends Omit<IndicatorRow, 'params' | 'outputs' | 'create'> {
  readonly name: string;
  readonly params: readonly (IndicatorParam & { readonly name: string })[];
  readonly outputs: readonly { readonly name: string; readonly meaning: string }[];
  readonly warmUp: number;
  readonly settle: number;
}

/** Every row, in the order of the catalogue. */
export function describeIndicators(): readonly IndicatorFacts[] {
  return Object.keys(catalogue).flatMap((name) => {
    const row = rowOf(name);
    return row ? [factsOf(name, row)] : [];
  });
}

function factsOf(name: string, row: IndicatorRow): IndicatorFacts {
  const { warmUp, settle } = create(name, {});
  const { family, summary, inputs, formula, seeding, source } = row;
  return {
    ...{ name, family, summary, inputs, warmUp, settle, formula, source },
    ...(seeding !== undefined && { seeding }),
    params: Object.entries(row.params).map(([param, about]) => ({ name: param, ...about })),
    outputs: Object.entries(row.outputs).map(([output, meaning]) => ({ name: output, meaning })),
  };
}
