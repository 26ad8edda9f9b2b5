/** How a plan reads texts, and why, in a sentence. */
import type { SentenceCost } from '../ml/tuning/calibration.ts';
import { leastForReading, readingSeconds } from '../ml/tuning/calibration.ts';
import type { Parameters } from '../ml/tuning/distributions.ts';
import type { Plan } from './plan.ts';

const YARDSTICK =
  'TF-IDF counts words, pairs of words and pieces of words; with it, a linear model and, for classes, naive Bayes are the yardstick for texts.';

/** @param cost of a sentence encoder; null where none is installed. @param used whether the plan uses it. */
export function textReason(
  cost: SentenceCost | null,
  used: boolean,
  threads: number,
): Plan['reasons'][number] {
  if (!cost) {
    return {
      choice: 'Texts',
      value: 'TF-IDF',
      reason: `${YARDSTICK} There are no sentence embeddings: the optional package with the encoder is not installed.`,
    };
  }
  const texts = cost.texts.toLocaleString('en-US');
  const seconds = Math.max(1, Math.round(readingSeconds(cost, threads)));
  if (!used) {
    return {
      choice: 'Texts',
      value: 'TF-IDF',
      reason:
        `${YARDSTICK} Sentence embeddings are left out: reading ${texts} texts with ${cost.model} would take about ` +
        `${seconds} s, too much of this budget. From about ${leastForReading(cost, threads)} s on they are used.`,
    };
  }
  return {
    choice: 'Texts',
    value: 'TF-IDF and sentence embeddings',
    reason:
      `${YARDSTICK} Models other than naive Bayes also get what each text means as 512 numbers of the pretrained encoder ` +
      `for English ${cost.model}, which looks at about the first 400 characters; reading ${texts} texts once takes ` +
      `about ${seconds} s.`,
  };
}

/** How a family's settings read texts, each way once: "Texts: TF-IDF with sentence embeddings, TF-IDF." */
export function textReadings(settings: readonly Parameters[]): string {
  const ways = settings.map(({ text = 'facts', sentences = 'none' }) => {
    const words = text === 'facts' ? null : 'TF-IDF';
    if (sentences === 'none') return words ?? 'lengths and frequent words';
    return words ? `${words} with sentence embeddings` : 'sentence embeddings';
  });
  return `Texts: ${[...new Set(ways)].join(', ')}.`;
}
