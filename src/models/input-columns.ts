/** The columns that a predictor reads, as written in its pipeline. */
import { z } from 'zod';
import type { SerialisedPredictor } from '../ml/search/predictor.ts';

const Steps = z.object({
  steps: z.array(z.object({ column: z.string(), encoder: z.object({ kind: z.string() }) })),
});

/** Column types by the encoder that reads them. */
const TYPES: Readonly<Record<string, string>> = {
  numeric: 'numeric',
  boolean: 'boolean',
  ordinal: 'categorical',
  oneHot: 'categorical',
  date: 'datetime',
  text: 'text',
};

/** Names and column types, in the pipeline's order. */
export function inputColumns(
  predictor: Pick<SerialisedPredictor, 'pipeline'>,
): { name: string; type: string }[] {
  return Steps.parse(predictor.pipeline).steps.map(({ column, encoder }) => ({
    name: column,
    type: TYPES[encoder.kind] ?? encoder.kind,
  }));
}
