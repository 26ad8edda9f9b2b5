import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import type { PictureCost } from '../../src/ml/tuning/calibration.ts';
import { familiesFor } from '../../src/plan/families-for.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import { proposePlan } from '../../src/plan/propose.ts';
import type { ImageProfile } from '../../src/profile/profile.ts';
import type { RequirementsChange } from '../../src/requirements/requirements.ts';
import { calibrationOf, column, profileOf, targetOf } from './sample-inputs.ts';
import { sampleMaterial } from './sample-plan.ts';

const images: ImageProfile = {
  source: 'files',
  column: 'picture',
  fileColumn: 'file',
  pixelColumns: [],
  height: 20,
  width: 30,
  channels: 3,
  sizes: [],
  nSizes: 1,
  formats: [],
  unreadable: [],
  nUnreadable: 0,
  copies: 0,
  samples: { height: 20, width: 30, channels: 3, pictures: [] },
};
const picture = column('picture', { type: 'image' });
const animals = {
  profile: profileOf([], { columns: [picture, column('animal')], images }),
  target: targetOf('animal', 'multiclass'),
};
const withWeights = {
  profile: profileOf([], {
    columns: [picture, column('weight', { type: 'numeric' }), column('animal')],
    images,
  }),
  target: targetOf('animal', 'multiclass'),
};
const COST: PictureCost = {
  model: 'net#normalisation=unit&sha256=12',
  name: 'net',
  column: 'picture',
  pictures: 1200,
  features: 64,
  isTrainable: true,
  seconds: 10,
};
const COSTS = { linear: 0.8, gbdt: 3, backbone: 1, backbone_tuned: 5 };

function plan(
  pictures: PictureCost | null,
  requirements: RequirementsChange = {},
  data: typeof animals = animals,
): Plan {
  const calibration = { ...calibrationOf(COSTS), ...(pictures && { pictures }) };
  return proposePlan({ ...sampleMaterial(requirements, data), calibration });
}

const familiesOf = ({ candidates }: Plan) => candidates.map(({ family }) => family);
const reasonOf = ({ reasons }: Plan) => reasons.find(({ choice }) => choice === 'Pretrained network');

describe('a plan with a pretrained network', () => {
  it('takes a head on what it sees, and its last blocks, where pictures are all there is', () => {
    const made = plan(COST);
    expect(familiesOf(made)).toEqual(['linear', 'gbdt', 'backbone', 'backbone_tuned']);
    const defaultsOf = (family: string) => made.candidates.find((one) => one.family === family)?.defaults[0];
    expect(defaultsOf('backbone')).toMatchObject({ pictures: 'seen', hiddenLayers: 0 });
    expect(defaultsOf('backbone_tuned')).toMatchObject({
      pictures: 'whole',
      height: 20,
      width: 30,
      channels: 3,
    });
    expect(made.backbone).toEqual({ id: COST.model, column: 'picture' });
    expect(made.versions['pretrained network']).toBe(COST.model);
    expect(reasonOf(made)).toMatchObject({ value: 'net' });
    expect(reasonOf(made)?.reason).toContain('Another trial trains its last blocks further.');
  });

  it('takes the head alone beside other columns', () => {
    const experimentOf = (data: typeof animals) => {
      const { profile, target, requirements } = sampleMaterial({}, data);
      return familiesFor(plannedExperiment(profile, target, requirements), profile, requirements);
    };
    expect(experimentOf(animals)).toEqual(expect.arrayContaining(['backbone', 'backbone_tuned']));
    expect(experimentOf(withWeights)).toContain('backbone');
    expect(experimentOf(withWeights)).not.toContain('backbone_tuned');
  });

  it('counts the time that looking at the pictures takes', () => {
    const quick = plan({ ...COST, seconds: 0.1 }, { trials: 4 });
    const slow = plan({ ...COST, seconds: 20 }, { trials: 4 });
    expect(slow.estimate.seconds - quick.estimate.seconds).toBeGreaterThan(19.8 / slow.budget.threads);
  });

  it('leaves it out where looking would take too much of the budget, and says what would do', () => {
    const made = plan({ ...COST, seconds: 4000 });
    expect(familiesOf(made)).toEqual(['linear', 'gbdt']);
    expect(made).not.toHaveProperty('backbone');
    expect(reasonOf(made)).toMatchObject({ value: 'left out' });
    const least = Math.ceil(4000 / made.budget.threads / 0.5);
    expect(reasonOf(made)?.reason).toContain(`From about ${least} s on it can be used.`);
  });

  it('says nothing of one where none is named, but to whom asks for it', () => {
    const made = plan(null);
    expect(familiesOf(made)).toEqual(['linear', 'gbdt']);
    expect(reasonOf(made)).toBeUndefined();
    const asked = () => plan(null, { families: ['backbone'] });
    expect(asked).toThrow(ModelwrightError);
    expect(asked).toThrow('no pretrained network is named for Pretrained network');
  });

  it('says that a frozen format cannot be trained further', () => {
    const { costs, ...rest } = calibrationOf(COSTS);
    const calibration = {
      ...rest,
      costs: costs.filter(({ family }) => family !== 'backbone_tuned'),
      pictures: { ...COST, isTrainable: false },
    };
    const made = proposePlan({ ...sampleMaterial({}, animals), calibration });
    expect(familiesOf(made)).not.toContain('backbone_tuned');
    expect(reasonOf(made)?.reason).toContain('It cannot be trained further');
  });
});
