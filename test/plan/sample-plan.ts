/** Whole plans as `proposePlan` makes them. */
import type { Plan } from '../../src/plan/plan.ts';
import { proposePlan } from '../../src/plan/propose.ts';
import {
  changeRequirements,
  NO_REQUIREMENTS,
  type RequirementsChange,
} from '../../src/requirements/requirements.ts';
import { calibrationOf, telco } from './sample-inputs.ts';

type Material = Parameters<typeof proposePlan>[0];

export function sampleMaterial(wanted: RequirementsChange = {}, change: Partial<Material> = {}): Material {
  return {
    dataset: { hash: 'ab'.repeat(32), name: 'telco_churn.csv', rows: 1000, columns: 5 },
    ...telco,
    requirements: changeRequirements(NO_REQUIREMENTS, {
      goal: 'predict churn',
      budgetSeconds: 60,
      ...wanted,
    }),
    calibration: calibrationOf(),
    threads: 2,
    versions: { modelwright: '0.1.0', node: '20.20.0' },
    ...change,
  };
}

export function samplePlan(wanted: RequirementsChange = {}, change: Partial<Material> = {}): Plan {
  return proposePlan(sampleMaterial(wanted, change));
}
