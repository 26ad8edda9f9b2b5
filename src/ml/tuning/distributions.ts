/** Search spaces in Optuna's vocabulary: a parameter's name and the distribution its values are drawn from. */
import { z } from 'zod';

export const ParameterValue = z.union([z.number(), z.string(), z.boolean()]);
export type ParameterValue = z.infer<typeof ParameterValue>;

/** One hyperparameter setting. */
export const Parameters = z.record(z.string(), ParameterValue);
export type Parameters = z.infer<typeof Parameters>;

/** A conditional parameter exists only in settings where the categorical `parameter` exists and is one of `values`. */
const Condition = z.object({ parameter: z.string(), values: z.array(ParameterValue).min(1) });

const conditional = { when: Condition.optional() };
const range = { low: z.number(), high: z.number(), log: z.boolean().default(false), ...conditional };

/** Both ends are included. With `log`, values are uniform in the logarithm, and `low` must be positive. */
export const Distribution = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('float'), ...range }),
    z.object({ kind: z.literal('int'), ...range }),
    z.object({ kind: z.literal('categorical'), choices: z.array(ParameterValue).min(1), ...conditional }),
  ])
  .refine((d) => d.kind === 'categorical' || d.low <= d.high, 'the low end is above the high end')
  .refine((d) => d.kind === 'categorical' || !d.log || d.low > 0, 'a log range must start above 0');
export type Distribution = z.infer<typeof Distribution>;

export const SearchSpace = z.record(z.string(), Distribution);
export type SearchSpace = z.infer<typeof SearchSpace>;
