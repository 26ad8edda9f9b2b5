import { describe, expect, it } from 'vitest';
import type { Windows } from '../../src/ml/windows.ts';
import { familiesFor } from '../../src/plan/families-for.ts';
import { Plan } from '../../src/plan/plan.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import { proposePlan } from '../../src/plan/propose.ts';
import { openQuestions } from '../../src/requirements/questions.ts';
import { changeRequirements, NO_REQUIREMENTS } from '../../src/requirements/requirements.ts';
import { calibrationOf, column, profileOf, targetOf } from './sample-inputs.ts';
import { sampleMaterial } from './sample-plan.ts';

const windows: Windows = {
  id: 'session',
  order: 'second',
  signals: ['x', 'y'],
  constants: ['device', 'result'],
  length: 40,
  rowsPerMoment: 3,
  areUneven: true,
};
/** Of the recordings. */
const profile = profileOf([], {
  rows: 300,
  columns: [
    column('session', { distinct: 300 }),
    column('kind'),
    column('device'),
    column('result'),
    column('recording: rows', { type: 'numeric' }),
    column('recording: signals', { type: 'sequence' }),
  ],
});
const target = targetOf('kind', 'multiclass', {
  useless: [{ column: 'session', reason: 'It names the recordings.' }],
  suspects: [{ column: 'result', kind: 'predicts-alone', evidence: 'It knows all.', suggestion: 'drop' }],
});
const requirements = changeRequirements(NO_REQUIREMENTS, {
  target: 'kind',
  windows: { id: 'session', order: 'second' },
});

describe('a plan for recordings', () => {
  const experiment = plannedExperiment(profile, target, requirements, windows);
  const families = familiesFor(experiment, profile, requirements);
  const plan = proposePlan({
    ...sampleMaterial({}),
    ...{ profile, target, requirements, windows },
    calibration: calibrationOf({ linear: 0.8, gbdt: 2, realmlp: 2, tcn: 3 }),
  });

  it('reads the signals last, and leaves out names and what looks like a leak', () => {
    expect(experiment.features).toEqual(['device', 'recording: rows', 'recording: signals']);
    expect(plan.dropped).toEqual([
      { column: 'session', reason: 'It names the recordings.' },
      { column: 'result', reason: 'It knows all.' },
    ]);
    const kept = changeRequirements(requirements, { columnDecisions: { result: 'keep' } });
    expect(plannedExperiment(profile, target, kept, windows).features).toContain('result');
  });

  it('tries a sequence network that knows their size, and tells all others what they are as a whole', () => {
    expect(families).toContain('tcn');
    for (const { family, defaults } of plan.candidates) {
      const told =
        family === 'tcn' ? { sequences: 'moments', length: 40, signals: 3 } : { sequences: 'summary' };
      for (const setting of defaults) expect(setting).toMatchObject(told);
    }
  });

  it('says what a recording is, survives its file, and asks about no column of rows', () => {
    const reasons = plan.reasons
      .map(({ choice, value, reason }) => `${choice}: ${value}. ${reason}`)
      .join('\n');
    expect(reasons).toContain('one prediction for each of 300 session');
    expect(reasons).toContain('up to 40 moments, each the mean of 3 rows');
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    const asked = openQuestions(requirements, profile, target).map(({ id }) => id);
    expect(asked).not.toContain('suspect');
    expect(asked).not.toContain('split');
  });

  it('is no forecast, whatever was said of one before', () => {
    const both = changeRequirements(requirements, {
      forecast: { horizon: null, time: null, series: null, insists: true },
    });
    expect(plannedExperiment(profile, target, both, windows).forecast).toBeUndefined();
  });

  it('is needed for a family that reads sequences', () => {
    const wanted = changeRequirements(NO_REQUIREMENTS, { families: ['tcn'] });
    const plain = plannedExperiment(profile, target, wanted);
    expect(() => familiesFor(plain, profile, wanted)).toThrow(
      expect.objectContaining({ code: 'SEQUENCE_NEEDED' }),
    );
  });
});
