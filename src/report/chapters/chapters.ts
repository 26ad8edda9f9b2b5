/** Every chapter: its button, and what is said in it. Its pictures are in `charts/draw-chapter.ts`, the words that ask for
 *  it in `specialist/rule-based/chapter-words.ts`. */
import { tellAblation } from './ablation.ts';
import { tellCard } from './card.ts';
import type { ChapterKind, ChapterName } from './chapter.ts';
import { tellDecision } from './decision.ts';
import { tellErrors } from './errors.ts';
import { tellExplanation } from './explain.ts';
import { tellFairness } from './fairness.ts';
import { tellLearning } from './learning.ts';
import { tellRow } from './row.ts';
import { tellStability } from './stability.ts';
import { tellTrials } from './trials.ts';

export const CHAPTERS: Readonly<Record<ChapterName, ChapterKind>> = {
  explain: { label: 'Explain', hasButton: true, tell: tellExplanation },
  row: { label: 'A row', hasButton: false, tell: tellRow },
  errors: { label: 'Errors', hasButton: true, tell: tellErrors },
  fairness: { label: 'Fairness', hasButton: true, tell: tellFairness },
  decide: { label: 'Decide', hasButton: true, tell: tellDecision },
  stability: { label: 'Stability', hasButton: true, tell: tellStability },
  ablation: { label: 'Ablation', hasButton: true, tell: tellAblation },
  learning: { label: 'Learning curve', hasButton: true, tell: tellLearning },
  trials: { label: 'Trials', hasButton: true, tell: tellTrials },
  card: { label: 'Model card', hasButton: true, tell: tellCard },
};
