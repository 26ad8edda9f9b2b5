/** What reading the texts of a table with a sentence encoder costs, from a few of them. */
import type { Table } from '../data/table.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import type { SentenceModel } from '../neural/sentences/model.ts';
import type { SentenceCost } from '../tuning/calibration.ts';
import { leastForReading } from '../tuning/calibration.ts';
import type { Clock } from './clock.ts';
import { distinctTexts, loadEncoder, textColumns, withSentences } from './read-sentences.ts';

/** What a run will have: whether texts are worth an encoder depends on it. */
export interface Means {
  /** The encoder that is installed; null for none. */
  readonly sentences: SentenceModel | null;
  /** The pretrained network for pictures that is named; none without. */
  readonly network?: PretrainedNetwork | null;
  readonly budgetSeconds: number;
  /** That will compute side by side. */
  readonly threads: number;
}

/** Texts that are read, and how long at most. */
const MOST_TEXTS = 64;
const MOST_SECONDS = 0.8;
/** Texts between two looks at the clock; before the first the code is compiled. */
const AT_ONCE = 4;

/** @returns what it costs, and where the means allow it the table with texts as if they had been read: every text has the
 *  vector of one of the few, which costs as much to train on as its own. Null without an encoder or without texts. */
export async function measureSentences(
  table: Table,
  features: readonly string[],
  { sentences, budgetSeconds, threads }: Pick<Means, 'sentences' | 'budgetSeconds' | 'threads'>,
  clock: Pick<Clock, 'now'>,
): Promise<{ cost: SentenceCost; table: Table | null } | null> {
  const columns = textColumns(table, features);
  const texts = distinctTexts(table, columns);
  if (!sentences || texts.length === 0) return null;
  const encoder = await loadEncoder(sentences, sentences.id);
  const stride = Math.max(1, Math.floor(texts.length / MOST_TEXTS));
  const few = texts.filter((_, i) => i % stride === 0).slice(0, MOST_TEXTS);
  encoder.encode(few.slice(0, AT_ONCE));
  const vectors: Float32Array[] = [];
  const startMs = clock.now();
  const seconds = () => (clock.now() - startMs) / 1000;
  let read = 0;
  while (read < few.length && seconds() < MOST_SECONDS) {
    vectors.push(encoder.encode(few.slice(read, read + AT_ONCE)));
    read = Math.min(few.length, read + AT_ONCE);
  }
  const cost = {
    model: sentences.id,
    columns,
    texts: texts.length,
    seconds: (seconds() * texts.length) / read,
  };
  if (leastForReading(cost, threads) > budgetSeconds) return { cost, table: null };
  const { id: model, width } = encoder;
  const known = new Float32Array(texts.length * width);
  for (let text = 0; text < texts.length; text++) {
    const place = text % read;
    const from = (place % AT_ONCE) * width;
    const vector = (vectors[Math.floor(place / AT_ONCE)] as Float32Array).subarray(from, from + width);
    known.set(vector, text * width);
  }
  return { cost, table: withSentences(table, columns, { model, width, texts, vectors: known }) };
}
