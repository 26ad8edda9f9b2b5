/** Pictures as what a pretrained network sees in them, which it was asked before (`ml/search/look-at-pictures.ts`): what is
 *  fitted is which network that was and how its numbers spread, and nothing of the network is kept here. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { ImageColumn } from '../data/table.ts';

export const SeenEncoding = z.object({
  kind: z.literal('seen'),
  /** Id of the network: numbers of another one mean something else. */
  model: z.string(),
  /** Per number, over the training pictures; as many as the network gives. */
  means: z.array(z.number()),
  deviations: z.array(z.number().positive()),
});
export type SeenEncoding = z.infer<typeof SeenEncoding>;

/** @param rows the training rows. @throws PICTURES_UNSEEN */
export function fitSeen(column: ImageColumn, rows: Uint32Array): SeenEncoding {
  const { seen, valid } = column;
  if (!seen) throw new ModelwrightError('PICTURES_UNSEEN', { column: column.name });
  const { model, width, vectors } = seen;
  const present = rows.filter((row) => valid[row]);
  const count = Math.max(1, present.length);
  const means = new Float64Array(width);
  const variances = new Float64Array(width);
  for (const row of present) {
    for (let k = 0; k < width; k++) means[k] += (vectors[row * width + k] as number) / count;
  }
  for (const row of present) {
    for (let k = 0; k < width; k++) {
      variances[k] += ((vectors[row * width + k] as number) - means[k]) ** 2 / count;
    }
  }
  return {
    kind: 'seen',
    model,
    means: [...means],
    deviations: Array.from(variances, (variance) => Math.sqrt(variance) || 1),
  };
}

/** @returns one Float64Array (rows.length) per number of the network, in standard deviations from its mean; 0 where the
 *  picture is missing; never NaN.
 *  @throws PICTURES_UNSEEN where this network has not looked at the pictures. */
export function encodeSeen(
  { model, means, deviations }: SeenEncoding,
  column: ImageColumn,
  rows: Uint32Array,
): Float64Array[] {
  const { seen, valid } = column;
  const isMissing = !valid.includes(1);
  if (!isMissing && seen?.model !== model)
    throw new ModelwrightError('PICTURES_UNSEEN', { column: column.name });
  const width = means.length;
  return Array.from({ length: width }, (_, k) => {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (valid[row]) values[i] = ((seen?.vectors[row * width + k] as number) - means[k]) / deviations[k];
    }
    return values;
  });
}

/** What each column of `encodeSeen` stands for. */
export function seenLabels({ means }: SeenEncoding): string[] {
  return means.map((_, k) => `sight ${k + 1}`);
}
