/** A chapter of a report: the answer, the pictures, the numbers to sort. And the buttons that ask for one. */
import type { ActionsBlock, ImageBlock, KnownBlock } from '@slack/types';
import { type Chapter, ChapterName } from '../../report/chapters/chapter.ts';
import { CHAPTERS } from '../../report/chapters/chapters.ts';
import type { Report } from '../../report/report.ts';
import { escapeMrkdwn, prose } from '../../thread/say.ts';
import { ACTIONS } from '../actions.ts';
import { actions, button, context, type Message, section, sections } from '../blocks.ts';
import { dataTable } from '../data-table.ts';

export function chapterCard(
  { title, sentences, table }: Chapter,
  { runNumber, dataset }: Pick<Report, 'runNumber' | 'dataset'>,
  pictures: readonly ImageBlock[],
): Message {
  const [answer = title, ...more] = sentences;
  const rows = table && dataTable(table);
  const blocks: KnownBlock[] = [
    section(`*${escapeMrkdwn(title)}*\n${prose(answer)}`),
    ...pictures,
    ...sections(more.map((sentence) => `• ${prose(sentence)}`)),
    ...(rows ? [rows] : []),
    context(`Run ${runNumber} · data ${dataset.hash.slice(0, 12)}`),
  ];
  return { text: `${title}${title.endsWith('?') ? '' : '.'} ${answer}`, blocks };
}

/** @param threadId of the thread that the report is posted in. */
export function chapterButtons(threadId: string, { runId }: Pick<Report, 'runId'>): ActionsBlock {
  return actions(
    'chapters',
    ...ChapterName.options
      .filter((chapter) => CHAPTERS[chapter].hasButton)
      .map((chapter) =>
        button(
          `${ACTIONS.openChapter}_${chapter}`,
          CHAPTERS[chapter].label,
          JSON.stringify({ threadId, runId, chapter }),
        ),
      ),
  );
}
