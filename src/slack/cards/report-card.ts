/** The report: the answer first, then the pictures, then what stands behind them. */
import type { ImageBlock, KnownBlock } from '@slack/types';
import type { Report } from '../../report/report.ts';
import { summarise } from '../../report/summary.ts';
import { escapeMrkdwn, prose } from '../../thread/say.ts';
import { context, type Message, section, sections } from '../blocks.ts';
import { chapterButtons } from './chapter-card.ts';

/** @param threadId of the thread that it is posted in. */
export function reportCard(report: Report, threadId: string, pictures: readonly ImageBlock[]): Message {
  const { headline, paragraphs } = summarise(report);
  const blocks: KnownBlock[] = [
    section(`*${escapeMrkdwn(headline)}*`),
    ...pictures,
    chapterButtons(threadId, report),
    ...paragraphs.flatMap(({ title, sentences }) =>
      sections([`*${escapeMrkdwn(title)}*`, ...sentences.map((sentence) => `• ${prose(sentence)}`)]),
    ),
    context(
      `Run ${report.runNumber} · plan ${report.provenance.planHash.slice(0, 12)} · data ${report.dataset.hash.slice(0, 12)} · seed ${report.provenance.seed}`,
    ),
  ];
  return { text: headline, blocks };
}
