/** How the model treats groups of people. Numbers and how sure they are; never a verdict. */
import type { Fairness, SensitiveColumn } from '../../ml/evidence.ts';
import type { Interval } from '../../ml/judgement.ts';
import { wilsonInterval } from '../../ml/metrics/wilson.ts';
import { formatCount, formatNumber, formatShare, joinWords, plural, truncate } from '../format.ts';
import type { Report } from '../report.ts';
import { unitOf, unitsOf } from '../unit-words.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';

const FOUR_FIFTHS = 0.8;

export function tellFairness(source: ChapterSource): Chapter | Absent {
  const { report, evidence } = source;
  const columns = confirmedColumns(source);
  const fairness = evidence?.fairness;
  const [first] = columns;
  if (!fairness || !first) return { absent: whyNot(source) };
  const positive = positiveName(report);
  return {
    title: 'How groups are treated',
    sentences: [
      ...columns.flatMap((column) => columnSentences(column, positive, unitsOf(report))),
      ...smallSentences(columns, unitsOf(report)),
      `A ${unitOf(report)} is taken for ${positive} from a probability of ${formatNumber(fairness.threshold)} on; rates are of ${plural(fairness.rows, `held-out ${unitOf(report)}`)} with 95% intervals.`,
      'Equal rates are not fairness, and unequal ones need not be unfair: which gap matters is for people who know the decision and the law. The four-fifths rule is a rule of thumb of US employment guidelines, no proof in either direction.',
    ],
    table: {
      caption: `Rates by group; positive means ${positive}`,
      columns: [
        'Column',
        'Group',
        'Rows',
        'Selected',
        'True positive rate',
        'False positive rate',
        'Predicted',
        'Happened',
      ],
      rows: columns.flatMap(({ column, groups }) =>
        groups.map((group) => [
          truncate(column, 40),
          truncate(group.group, 40),
          { value: group.rows, text: `${formatCount(group.rows)}${group.isSmall ? ' (few)' : ''}` },
          cell(group.selectionRate),
          cell(group.truePositiveRate),
          cell(group.falsePositiveRate),
          { value: group.meanProbability, text: formatShare(group.meanProbability) },
          cell(group.observedRate),
        ]),
      ),
    },
  };
}

/** Those that a person has called sensitive, before the run or since. */
export function confirmedColumns({ evidence, sensitive = [] }: ChapterSource): SensitiveColumn[] {
  return (evidence?.fairness?.columns ?? []).filter(
    ({ column, confirmed }) => confirmed || sensitive.includes(column),
  );
}

export function positiveName({ target, classes }: Pick<Report, 'target' | 'classes'>): string {
  return `${truncate(target, 40)} = ${truncate(classes[1] ?? '', 40)}`;
}

function columnSentences(
  { column, groups, gaps, oneRate }: SensitiveColumn,
  positive: string,
  units: 'rows' | 'recordings',
): string[] {
  const name = truncate(column, 40);
  const large = groups.filter(({ isSmall }) => !isSmall);
  if (!gaps || large.length < 2) {
    return [`${name}: fewer than two groups have 30 held-out ${units} or more, so nothing is compared.`];
  }
  const sorted = [...large].sort((a, b) => (b.selectionRate?.value ?? 0) - (a.selectionRate?.value ?? 0));
  const [most, least] = [sorted[0], sorted[sorted.length - 1]];
  const rateOf = (group: typeof most) =>
    `${formatShare(group?.selectionRate?.value ?? 0)} of ${name} = ${truncate(group?.group ?? '', 40)}`;
  const { parityRatio: ratio } = gaps;
  const fifths = {
    below: 'is below four fifths, and surely so',
    above: 'is above four fifths, and surely so',
    open: `is ${ratio.value < FOUR_FIFTHS ? 'below' : 'above'} four fifths, but so few rows do not settle it`,
  }[fourFifths(ratio)];
  return [
    `It takes ${rateOf(most)} for ${positive}, and ${rateOf(least)}: a difference of ${bounds(gaps.parityDifference)} and a ratio of ${ratioBounds(ratio)}, which ${fifths}. For not being taken for it the ratio is ${otherRatio(large).toFixed(2)}; the rule speaks of the outcome that people want.`,
    `Among rows that really were one or the other, ${name} changes how often the model is right by up to ${bounds(gaps.oddsDifference)} (equalised odds difference).`,
    calibrationText(name, large),
    ...(oneRate
      ? [
          `With a cut-off for each group of ${name}, all selected at one rate, the difference would be ${bounds(oneRate.parityDifference)} and accuracy would change by ${points(oneRate.change)} from ${formatShare(oneRate.accuracy)}; equalised odds would be at ${bounds(oneRate.oddsDifference)}. Deciding by group may itself be unlawful where you are.`,
        ]
      : []),
  ];
}

/** On which side of the rule the whole interval lies. */
export function fourFifths({ low, high }: Interval): 'below' | 'above' | 'open' {
  if (high < FOUR_FIFTHS) return 'below';
  return low >= FOUR_FIFTHS ? 'above' : 'open';
}

/** Groups whose probabilities are off on average, by an interval that is wide enough for all of them together. */
function calibrationText(name: string, large: SensitiveColumn['groups']): string {
  const off = large.filter(({ rows, positives, meanProbability }) => {
    const { low, high } = wilsonInterval(positives / rows, rows, 1 - 0.05 / large.length);
    return meanProbability < low || meanProbability > high;
  });
  if (off.length === 0)
    return `Calibration: in every group of ${name} the probabilities are right on average, as far as so many rows can tell.`;
  const said = off.map(
    ({ group, meanProbability, observedRate }) =>
      `${name} = ${truncate(group, 40)}, where ${formatShare(meanProbability)} was predicted on average and ${bounds(observedRate)} happened`,
  );
  return `Calibration: the probabilities are off for ${joinWords(said)}.`;
}

/** Of the shares that are not selected. */
function otherRatio(groups: SensitiveColumn['groups']): number {
  const shares = groups.map(({ selectionRate }) => 1 - (selectionRate?.value ?? 0));
  const most = Math.max(...shares);
  return most === 0 ? 1 : Math.min(...shares) / most;
}

function smallSentences(columns: readonly SensitiveColumn[], units: 'rows' | 'recordings'): string[] {
  const small = columns.flatMap(({ column, groups }) =>
    groups
      .filter(({ isSmall }) => isSmall)
      .map(({ group, rows }) => `${truncate(column, 40)} = ${truncate(group, 40)} (${plural(rows, 'row')})`),
  );
  if (small.length === 0) return [];
  return [
    `Too few held-out ${units} to compare: ${joinWords(small.slice(0, 8))}. They are shown, and in no gap.`,
  ];
}

function whyNot({ report, evidence }: ChapterSource): string {
  if (report.task !== 'binary' || report.forecast) {
    return 'Rates by group are of decisions between two classes, and this run predicts something else. Whether some groups are predicted worse than others is in the chapter on errors: ask "where is it wrong?".';
  }
  const suggested = evidence?.fairness?.columns.map(({ column }) => column) ?? [];
  if (suggested.length > 0) {
    const [example = ''] = suggested;
    return `Nobody has said which columns are sensitive. By name or values ${joinWords(suggested.map((name) => `\`${name}\``))} may be. Say "sensitive: ${truncate(example, 60)}" and ask again; nothing has to be trained anew.`;
  }
  return 'Nobody has said which columns are sensitive, and none is named like one. Say "sensitive: " with a column of the data and make a plan once more; the next run compares its groups.';
}

function cell(interval: Fairness['columns'][number]['groups'][number]['selectionRate']) {
  return interval ? { value: interval.value, text: bounds(interval) } : 'no rows';
}

function bounds({ value, low, high }: Interval): string {
  return `${formatShare(value)} [${formatShare(low)}, ${formatShare(high)}]`;
}

function ratioBounds({ value, low, high }: Interval): string {
  return `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function points({ value, low, high }: Interval): string {
  const one = (share: number) => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}`;
  return `${one(value)} [${one(low)}, ${one(high)}] percentage points`;
}
