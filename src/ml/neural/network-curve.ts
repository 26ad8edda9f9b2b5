/** The curve of a network as it is stored. */
import { z } from 'zod';

export const NetworkCurve = z.array(
  z.object({
    step: z.number().int(),
    trainLoss: z.number(),
    validationLoss: z.number().exactOptional(),
    gradientNorm: z.number().exactOptional(),
    learningRate: z.number().exactOptional(),
  }),
);
