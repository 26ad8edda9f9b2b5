/** A plan as a file: what `train` writes beside a model and what `train --plan` runs again. */
import { z } from 'zod';
import { ModelwrightError } from '../errors/errors.ts';
import { planHash } from './identity.ts';
import { Plan } from './plan.ts';

const PlanFile = z.object({
  /** SHA-256 of the plan's canonical JSON: an edited file is noticed. */
  hash: z.string(),
  plan: Plan,
  /** Where the data was when the plan was made; the plan itself knows only its hash. */
  data: z.string(),
});
export type PlanFile = z.infer<typeof PlanFile>;

export function formatPlanFile(plan: Plan, data: string): string {
  const file: PlanFile = { hash: planHash(plan), plan, data };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws PLAN_FILE_INVALID */
export function parsePlanFile(text: string, name: string): PlanFile {
  const invalid = (detail: string) => new ModelwrightError('PLAN_FILE_INVALID', { name, detail });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const parsed = PlanFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '));
  }
  if (planHash(parsed.data.plan) !== parsed.data.hash) throw invalid('it was changed after it was written');
  return parsed.data;
}
