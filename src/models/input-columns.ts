/** The columns that a predictor reads, as written in its pipelines. */
import { z } from 'zod';
import type { SerialisedPredictor } from '../ml/search/predictor.ts';

const Steps = z.object({
  steps: z.array(
    z.object({
      inputs: z.array(z.object({ column: z.string(), as: z.string() })),
      encoder: z.object({ kind: z.string(), model: z.string().exactOptional() }),
    }),
  ),
});

/** A column that a table must have.
 *  @property reader the sentence encoder that its texts are read with; absent where there is none. */
export interface InputColumn {
  readonly name: string;
  readonly type: string;
  readonly reader?: string;
}

/** Each column once, in the order of the members' pipelines. */
export function inputColumns({ members }: Pick<SerialisedPredictor, 'members'>): InputColumn[] {
  const steps = members.flatMap(({ pipeline }) => Steps.parse(pipeline).steps);
  const types = new Map(steps.flatMap(({ inputs }) => inputs.map(({ column, as }) => [column, as] as const)));
  const readers = new Map(
    steps.flatMap(({ inputs: [input], encoder: { model } }) =>
      input && model !== undefined ? [[input.column, model] as const] : [],
    ),
  );
  return [...types].map(([name, type]) => {
    const reader = readers.get(name);
    return { name, type, ...(reader !== undefined && { reader }) };
  });
}
