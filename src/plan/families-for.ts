/** Which families a plan tries. */
import { ModelwrightError } from '../errors/errors.ts';
import { imageOfFeatures, wholePicture } from '../ml/data/image-features.ts';
import type { ImageShape, SequenceShape } from '../ml/data/table.ts';
import type { Experiment, Task } from '../ml/experiment.ts';
import { recentValuesShape } from '../ml/forecasting/recent-values.ts';
import { PORTFOLIO, traitsOf } from '../ml/tuning/portfolio.ts';
import { Family, PRETRAINED } from '../ml/tuning/trial.ts';
import type { Profile } from '../profile/profile.ts';
import type { Requirements } from '../requirements/requirements.ts';
import { recordingShape } from './plan-windows.ts';

/** Families that are tried unless a person chooses, beside a network. The baseline is always judged beside the winner. */
const USUAL_FAMILIES: readonly Family[] = ['linear', 'gbdt', 'ordered', 'extra_trees'];

/** The network that does most for an ensemble with them (decision 18): one of them is worth its time, a second is not. */
const NETWORK_OF: Readonly<Record<Task, Family>> = {
  binary: 'realmlp',
  multiclass: 'realmlp',
  regression: 'mlp',
};

/** Families that only forecasts have, where they are always tried. */
const FORECASTERS: ReadonlySet<Family> = new Set(['seasonal_naive', 'ets']);

/** What a person can choose from. */
export const CHOOSABLE_FAMILIES: readonly Family[] = Family.options.filter(
  (family) => family !== 'baseline' && !FORECASTERS.has(family),
);

/** Those that suit the data, unless a person chooses. @param suggested by what an earlier run showed. */
export function familiesFor(
  experiment: Experiment,
  profile: Profile,
  { families }: Requirements,
  suggested?: readonly Family[],
): readonly Family[] {
  const { forecast } = experiment;
  const image = imageOf(experiment, profile);
  if (families) {
    const canRead = (family: Family) =>
      PRETRAINED.has(family) ? pretrainedFor(experiment, profile).includes(family) : image !== null;
    const forImages = families.filter(
      (family) => (PORTFOLIO[family].readsImages || PRETRAINED.has(family)) && !canRead(family),
    );
    if (forImages.length > 0) {
      const names = forImages.map((family) => PORTFOLIO[family].label);
      throw new ModelwrightError('IMAGE_NEEDED', { families: names.join(', ') });
    }
    const forSequences = families.filter((family) => PORTFOLIO[family].readsSequences);
    if (forSequences.length > 0 && !sequenceIn(experiment)) {
      const names = forSequences.map((family) => PORTFOLIO[family].label);
      throw new ModelwrightError('SEQUENCE_NEEDED', { families: names.join(', ') });
    }
    return forecast ? [...FORECASTERS, ...families] : families;
  }
  if (suggested) return suggested;
  const usual = [...USUAL_FAMILIES, NETWORK_OF[experiment.task]];
  if (forecast) return [...FORECASTERS, ...usual, 'tcn'];
  if (image) {
    const isLarge = Math.min(image.height, image.width) >= SIDE_FOR_RESIDUALS;
    return [
      ...usual,
      'cnn',
      ...(isLarge ? (['resnet'] as const) : []),
      ...pretrainedFor(experiment, profile),
    ];
  }
  const pretrained = pretrainedFor(experiment, profile);
  if (pretrained.length > 0) return [...usual, ...pretrained];
  if (experiment.windows) return [...usual, 'tcn'];
  const { hasText } = traitsOf(experiment, profile.columns, profile.rows);
  return hasText && experiment.task !== 'regression' ? [...usual, 'naive_bayes'] : usual;
}

/** Smaller images leave a residual network's third stage next to nothing. */
const SIDE_FOR_RESIDUALS = 16;

/** Those that a pretrained network, where one is named, can do something for: a plan without one leaves them out. */
function pretrainedFor(experiment: Experiment, profile: Profile): Family[] {
  const { hasPictures } = traitsOf(experiment, profile.columns, profile.rows);
  if (!hasPictures || experiment.forecast) return [];
  return pictureOf(experiment, profile) ? ['backbone', 'backbone_tuned'] : ['backbone'];
}

/** The size of the pictures that are the only feature. */
export function pictureOf({ features }: Experiment, { images }: Profile): ImageShape | null {
  if (!images) return null;
  const { source, column, height, width, channels } = images;
  return wholePicture(
    { source, columns: column === null ? [] : [column], height, width, channels },
    features,
  );
}

/** The image that all features together are. */
export function imageOf({ features }: Experiment, { images, rows }: Profile): ImageShape | null {
  if (!images) return null;
  const { source, column, pixelColumns, height, width, channels } = images;
  const columns = column === null ? pixelColumns : [column];
  return imageOfFeatures({ source, columns, height, width, channels }, features, rows);
}

/** What networks for sequences would read. */
export function sequenceIn({ forecast, windows }: Experiment): SequenceShape | null {
  if (windows) return recordingShape(windows);
  return forecast ? recentValuesShape(forecast) : null;
}
