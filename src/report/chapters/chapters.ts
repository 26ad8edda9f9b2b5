/** Every chapter: its button, and what is said in it. Its pictures are in `charts/draw-chapter.ts`, the words that ask for
 *  it in `specialist/rule-based/chapter-words.ts`. */
import { tellCard } from './card.ts';
import type { ChapterKind, ChapterName } from './chapter.ts';
import { tellDecision } from './decision.ts';
import { tellExplanation } from './explain.ts';
import { tellTrials } from './trials.ts';

export const CHAPTERS: Readonly<Record<ChapterName, ChapterKind>> = {
  explain: { label: 'Explain', tell: tellExplanation },
  decide: { label: 'Decide', tell: tellDecision },
  trials: { label: 'Trials', tell: tellTrials },
  card: { label: 'Model card', tell: tellCard },
};
