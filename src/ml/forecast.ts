/** What a forecast is asked for: words that the plan, the engine and the report share. */
import { z } from 'zod';

/** The distance between two neighbouring times of a series: a fixed number of milliseconds, or of calendar months. */
export const Step = z.discriminatedUnion('unit', [
  z.object({ unit: z.literal('millisecond'), size: z.number().int().min(1) }),
  z.object({ unit: z.literal('month'), size: z.number().int().min(1).max(1200) }),
]);
export type Step = z.infer<typeof Step>;

/** Most steps that are forecast at once. */
export const MOST_STEPS = 366;

export const Forecast = z.object({
  /** The column with the times. */
  time: z.string(),
  /** The column that names the series of a row; null where the file holds one series. */
  series: z.string().nullable(),
  step: Step,
  /** Steps after which a pattern returns; 1 where none is looked for. */
  season: z.number().int().min(1).max(400),
  /** How many steps after the last known value are forecast. */
  horizon: z.number().int().min(1).max(MOST_STEPS),
  /** Columns whose values on the forecast days are known beforehand: a calendar, a price list, who plays at home. */
  known: z.array(z.string()),
});
export type Forecast = z.infer<typeof Forecast>;
