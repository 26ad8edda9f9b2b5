/** How scores are measured, in the plan's form: how often folds are drawn, nested cross-validation, a gap in time. */
import type { InputBlock } from '@slack/types';
import { type Experiment, MOST_REPEATS } from '../../ml/experiment.ts';
import type { Profile } from '../../profile/profile.ts';
import { GAP_EXAMPLES, readGap } from '../../requirements/gap-words.ts';
import type { Requirements } from '../../requirements/requirements.ts';
import { choiceInput, numberInput, type Submission, textInput } from './inputs.ts';
import type { FormReading } from './shared-fields.ts';

const YOU_CHOOSE = 'auto';
const OUTER_FOLDS = [5, 10];

export function protocolInputs(
  profile: Profile,
  { split }: Experiment,
  { repeats, nested, gap }: Requirements,
): InputBlock[] {
  const offered = [...new Set([...OUTER_FOLDS, ...(nested ? [nested] : [])])];
  const isInTime = split.kind === 'time' || profile.timeColumns.length > 0;
  return [
    numberInput(
      {
        id: 'repeats',
        label: 'How often folds are drawn',
        hint: 'Each time differently. Leave empty and few rows get several. Not in the order of time.',
        optional: true,
      },
      repeats,
      1,
      MOST_REPEATS,
    ),
    choiceInput(
      {
        id: 'nested',
        label: 'Nested cross-validation',
        hint: 'Judges the whole choice on all rows, beside the holdout. Takes about as long as the search.',
      },
      [
        { label: 'Where there are few rows', value: YOU_CHOOSE },
        { label: 'None', value: '0' },
        ...offered.map((folds) => ({ label: `${folds} outer folds`, value: String(folds) })),
      ],
      nested === null ? YOU_CHOOSE : String(nested),
    ),
    ...(isInTime
      ? [
          textInput(
            {
              id: 'gap',
              label: 'Gap before the judged rows',
              hint: `In a split by time: ${GAP_EXAMPLES}. Leave empty for what the data suggests.`,
              optional: true,
            },
            gap && (gap.size === 0 ? 'none' : `${gap.size} ${gap.unit === 'value' ? 'unit' : gap.unit}s`),
          ),
        ]
      : []),
  ];
}

/** Empty fields mean "you choose". */
export function readProtocol(submission: Submission): FormReading {
  const outer = submission.value('nested');
  const text = submission.value('gap');
  const gap = text === null ? null : readGap(text);
  if (text !== null && !gap) return { errors: { gap: `Please write it as ${GAP_EXAMPLES}.` } };
  const nested = outer === null || outer === YOU_CHOOSE ? null : Number(outer);
  return { change: { repeats: submission.number('repeats'), nested, gap } };
}
