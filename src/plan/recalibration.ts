/** Whether probabilities are corrected, as plans and people say it. */
import type { CalibrationMethod, Experiment, Recalibration } from '../ml/experiment.ts';
import type { Requirements } from '../requirements/requirements.ts';
import { DEFAULTS } from './defaults.ts';
import type { Plan } from './plan.ts';

export const CALIBRATOR_WORDS: Readonly<Record<CalibrationMethod, string>> = {
  temperature: 'temperature scaling',
  platt: "Platt's sigmoid",
  isotonic: 'isotonic regression',
};

export const RECALIBRATION_WORDS: Readonly<Record<Recalibration, string>> = {
  choose: 'corrected where that is clearly better',
  none: 'as the model says them',
  temperature: `corrected by ${CALIBRATOR_WORDS.temperature}`,
  platt: `corrected by ${CALIBRATOR_WORDS.platt}`,
  isotonic: `corrected by ${CALIBRATOR_WORDS.isotonic}`,
};

const WHY: Readonly<Record<Recalibration, string>> = {
  choose:
    'Temperature, a sigmoid and isotonic regression are fitted on what the models said of rows that they had not seen; one is taken only if its log loss on other such rows is better beyond the noise.',
  none: 'Nothing is fitted on top of the model; the report shows whether its probabilities mean what they say.',
  temperature: 'One power sharpens or softens all probabilities; the order of the classes stays.',
  platt: 'A sigmoid over log-odds, with two numbers per class.',
  isotonic: 'A rising curve of steps, which needs many rows; rows of one step can no longer be told apart.',
};

/** Where classes are predicted; nothing in plans of earlier versions. */
export function recalibrationReason(
  { recalibration }: Experiment,
  requirements: Requirements,
): Plan['reasons'] {
  if (recalibration === undefined) return [];
  const isYours = requirements.recalibration === recalibration && recalibration !== DEFAULTS.recalibration;
  return [
    {
      choice: 'Probabilities',
      value: RECALIBRATION_WORDS[recalibration],
      reason: `${isYours ? 'Your choice. ' : ''}${WHY[recalibration]}`,
    },
  ];
}
