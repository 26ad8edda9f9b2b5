/** What is said beside the files of the model's card. */
import { capitalise, plural } from '../format.ts';
import { summarise } from '../summary.ts';
import { unitOf } from '../unit-words.ts';
import type { Chapter, ChapterSource } from './chapter.ts';

export function tellCard({ report }: ChapterSource): Chapter {
  const { judgement, provenance, resources } = report;
  const approval =
    provenance.approvedBy === null
      ? 'Nobody approved its plan by button: it was trained from a command line.'
      : `Its plan was approved by a person on ${provenance.approvedAt?.slice(0, 10) ?? 'an unknown day'}.`;
  return {
    title: 'The model card',
    sentences: [
      summarise(report).headline,
      `${capitalise(plural(resources.trialsFinished, 'trial'))} were compared without the ${plural(judgement.holdoutRows, `held-out ${unitOf(report)}`)}. ${approval}`,
      'Purpose, data, scores, limits, how to make it again and what to watch are in the files, as Markdown and as a page that stands alone.',
    ],
    table: null,
  };
}
