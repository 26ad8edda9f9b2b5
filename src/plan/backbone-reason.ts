/** What a plan does with a pretrained network for pictures, and why, in a sentence. */
import { leastForReading, type PictureCost, readingSeconds } from '../ml/tuning/calibration.ts';
import type { Plan } from './plan.ts';

/** @param cost of the network that is named; null where none is. @param used whether the plan uses it.
 *  @param tuned whether the plan trains it further. */
export function backboneReason(
  cost: PictureCost | null,
  { used, tuned, threads }: { readonly used: boolean; readonly tuned: boolean; readonly threads: number },
): Plan['reasons'] {
  if (!cost) return [];
  const seconds = Math.max(1, Math.round(readingSeconds(cost, threads)));
  const pictures = cost.pictures.toLocaleString('en-US');
  if (!used) {
    return [
      {
        choice: 'Pretrained network',
        value: 'left out',
        reason:
          `Showing ${pictures} pictures to ${cost.name} would take about ${seconds} s, too much of this budget. ` +
          `From about ${leastForReading(cost, threads)} s on it can be used.`,
      },
    ];
  }
  const further = tuned
    ? 'Another trial trains its last blocks further.'
    : cost.isTrainable
      ? 'Its last blocks stay as they are: training them further is not in this plan.'
      : 'It cannot be trained further: that takes a layers model of TensorFlow.js.';
  return [
    {
      choice: 'Pretrained network',
      value: cost.name,
      reason:
        `It was trained on other pictures, and gives ${cost.features.toLocaleString('en-US')} numbers for each of yours; looking at ` +
        `${pictures} pictures once takes about ${seconds} s. ${further} The model records it by its hash and needs it to predict.`,
    },
  ];
}
