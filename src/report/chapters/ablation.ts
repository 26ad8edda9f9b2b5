/** What each part of the model is worth: columns, steps of preprocessing, members. */
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Ablation, Studies } from '../../ml/studies.ts';
import {
  capitalise,
  familyLabel,
  formatDifference,
  formatNumber,
  formatScore,
  joinWords,
  plural,
  trialName,
  truncate,
  withinSentence,
} from '../format.ts';
import type { Report } from '../report.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';
import { NOT_REACHED, studiedSentence, studiesOf } from './studied.ts';

export type AblatedPart = Ablation['parts'][number];

const SIGNIFICANT = 0.05;

/** Shown to help, shown to do harm, or neither. */
export function verdict({ adjusted, gain }: AblatedPart): 'helps' | 'harms' | 'not shown' {
  if (adjusted >= SIGNIFICANT) return 'not shown';
  return gain.value > 0 ? 'helps' : 'harms';
}

const KINDS: Readonly<Record<AblatedPart['kind'], string>> = {
  columns: 'columns',
  step: 'preprocessing',
  augmentation: 'augmentation',
  member: 'member',
};

export function partName({ name, member }: AblatedPart, { task }: Pick<Report, 'task'>): string {
  return member ? `${withinSentence(familyLabel(member.family, task))} (${trialName(member.trial)})` : name;
}

/** To start a line: a column keeps the case of its name. */
export function partTitle(part: AblatedPart, report: Pick<Report, 'task'>, most: number): string {
  const name = truncate(partName(part, report), most);
  const isColumn = part.columns.some((column) => part.name.startsWith(column));
  return isColumn ? name : capitalise(name);
}

export function tellAblation(source: ChapterSource): Chapter | Absent {
  const studies = studiesOf(source);
  if (typeof studies === 'string') return { absent: studies };
  const { ablation, metric } = studies;
  if (!ablation) return { absent: source.report.forecast ? FORECAST : NOT_REACHED };
  const { report } = source;
  const { parts } = ablation;
  const label = METRICS[metric].label;
  return {
    title: 'What each part is worth',
    sentences: [
      answer(studies, ablation, report),
      ...spareSentences(ablation, report),
      ...(studies.made < studies.planned ? [] : missingSteps(ablation)),
      `${plural(parts.length, 'part')} ${parts.length === 1 ? 'was' : 'were'} left out, one at a time; what stands out does so after correcting for all of them (Holm, 5%). Columns that tell about the same are left out together, or each would hide what the other is worth. Intervals hold which rows were judged and, where something was trained again, the luck of a seed.`,
      studiedSentence(studies, report),
    ],
    table: {
      caption: `${label} with and without each part, on the same ${plural(ablation.rows, 'row')} that the models did not know`,
      columns: ['Left out', 'Kind', `${label} without`, 'It brings', 'p, corrected', 'Verdict'],
      rows: parts.map((part) => [
        partTitle(part, report, 70),
        KINDS[part.kind],
        { value: part.without, text: formatScore(metric, part.without) },
        { value: part.gain.value, text: formatDifference(metric, part.gain, part.without) },
        {
          value: part.adjusted,
          text: part.adjusted < 0.001 ? '<0.001' : formatNumber(Number(part.adjusted.toPrecision(2))),
        },
        verdict(part),
      ]),
    },
  };
}

const FORECAST =
  'A forecast learns from columns that are made of one another, so that none of them can be left out alone, and its model has one member only. "Stability" tells how far its score is luck.';

function answer({ metric }: Studies, { parts, score }: Ablation, report: Report): string {
  const helping = parts.filter((part) => verdict(part) === 'helps');
  const [most] = helping;
  if (!most) {
    return `No single part is shown to be needed: without any one of them ${METRICS[metric].label} stays about ${formatScore(metric, score)}.`;
  }
  const said = (part: AblatedPart) =>
    `${truncate(partName(part, report), 60)} (${formatDifference(metric, part.gain, part.without)})`;
  const next = helping.slice(1, 3);
  return `Most of all it needs ${said(most)}${next.length > 0 ? `, then ${joinWords(next.map(said))}` : '; no other part is shown to be needed'}.`;
}

/** Columns and members that nobody would miss, and what does harm. */
function spareSentences({ parts }: Ablation, report: Report): string[] {
  const harming = parts.filter((part) => verdict(part) === 'harms');
  const spare = parts.filter((part) => part.kind !== 'step' && verdict(part) === 'not shown');
  const names = (some: readonly AblatedPart[]) =>
    joinWords(some.slice(0, 4).map((part) => truncate(partName(part, report), 50)));
  return [
    ...(harming.length > 0
      ? [
          `Better without: ${names(harming)}. Try a plan that leaves ${harming.length === 1 ? 'it' : 'them'} out.`,
        ]
      : []),
    ...(spare.length > 0
      ? [
          `Not shown to be needed, each by itself: ${names(spare)}${spare.length > 4 ? ` and ${spare.length - 4} more` : ''}. That is no proof that they bring nothing, and together they may be missed.`,
        ]
      : []),
  ];
}

function missingSteps({ parts }: Ablation): string[] {
  return parts.some(({ kind }) => kind === 'step' || kind === 'augmentation')
    ? []
    : [
        'Its preprocessing has no step that could be left out: it only brings the columns into the form that is needed.',
      ];
}
