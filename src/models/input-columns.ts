/** The columns that a predictor reads, as written in its pipelines. */
import { z } from 'zod';
import type { SerialisedPredictor } from '../ml/search/predictor.ts';

const Steps = z.object({
  steps: z.array(z.object({ inputs: z.array(z.object({ column: z.string(), as: z.string() })) })),
});

/** Names and column types, each column once, in the order of the members' pipelines. A forecast reads its series, and
 *  its pipelines what the series are made into. */
export function inputColumns({
  members,
  forecast,
}: Pick<SerialisedPredictor, 'members' | 'forecast'>): { name: string; type: string }[] {
  if (forecast) return forecast.history.json.columns.map(({ name, type }) => ({ name, type }));
  const inputs = members.flatMap(({ pipeline }) =>
    Steps.parse(pipeline).steps.flatMap((step) => step.inputs),
  );
  return [...new Map(inputs.map(({ column, as }) => [column, as]))].map(([name, type]) => ({ name, type }));
}
