/** The columns that a predictor reads, as written in its pipelines. */
import { z } from 'zod';
import { type SerialisedPredictor, tunedNetworkOf } from '../ml/search/predictor.ts';
import { RECORDING, type Windows } from '../ml/windows.ts';

const ImageShape = z.object({
  height: z.number().int(),
  width: z.number().int(),
  channels: z.union([z.literal(1), z.literal(3)]),
});

const Steps = z.object({
  steps: z.array(
    z.object({
      inputs: z.array(z.object({ column: z.string(), as: z.string(), ...ImageShape.partial().shape })),
      encoder: z.object({ kind: z.string(), model: z.string().exactOptional() }),
    }),
  ),
});

/** A column that a table must have.
 *  @property image  the size that its pictures must be brought to.
 *  @property reader the sentence encoder that its texts are read with, or the pretrained network that its pictures are shown
 *                   to; it must be there where the model predicts. */
export const InputColumn = z.object({
  name: z.string(),
  type: z.string(),
  image: ImageShape.exactOptional(),
  reader: z.string().exactOptional(),
});
export type InputColumn = z.infer<typeof InputColumn>;

/** Names and column types, each column once, in the order of the members' pipelines. A forecast reads its series, and
 *  its pipelines what the series are made into; so it is with recordings. */
export function inputColumns({
  experiment: { windows },
  members,
  forecast,
}: Pick<SerialisedPredictor, 'experiment' | 'members' | 'forecast'>): InputColumn[] {
  if (forecast) return forecast.history.json.columns.map(({ name, type }) => ({ name, type }));
  const steps = members.flatMap(({ pipeline }) => Steps.parse(pipeline).steps);
  const byName = new Map(
    steps.flatMap(({ inputs }) => inputs.map((input) => [input.column, input] as const)),
  );
  const readers = new Map(
    steps.flatMap(({ inputs: [input], encoder: { model } }) =>
      input && model !== undefined ? [[input.column, model] as const] : [],
    ),
  );
  for (const { pipeline, ...member } of members) {
    const tuned = tunedNetworkOf(member);
    const picture = Steps.parse(pipeline).steps.flatMap(({ inputs }) =>
      inputs.map(({ column }) => column),
    )[0];
    if (tuned !== null && picture !== undefined) readers.set(picture, tuned);
  }
  const own = [...byName].filter(([name]) => !MADE.has(name));
  const read = own.map(([name, { as: type, ...rest }]): InputColumn => {
    const image = ImageShape.safeParse(rest);
    const reader = readers.get(name);
    return {
      name,
      type,
      ...(image.success && { image: image.data }),
      ...(reader !== undefined && { reader }),
    };
  });
  return [...(windows ? recordingColumns(windows) : []), ...read];
}

const MADE: ReadonlySet<string> = new Set(Object.values(RECORDING));

function recordingColumns({ id, order, signals }: Windows): InputColumn[] {
  return [
    { name: id, type: 'id' },
    ...(order === null ? [] : [{ name: order, type: 'order' }]),
    ...signals.map((name) => ({ name, type: 'numeric' })),
  ];
}
