/** Sentences that ask for a chapter of a report. */
import type { ChapterName } from '../../report/chapters/chapter.ts';

/** The first that fits counts. */
const ASKS: readonly (readonly [ChapterName, RegExp])[] = [
  ['card', /^(?!what(?:'s| is) a )(?:.*\b)?model ?card\b/],
  [
    'decide',
    /^(?:(?:please|can you|could you) )?(?:show|draw|plot|post|give|open|see|how|where|which)\b.*\b(?:calibrat(?:ed|ion)|cut-?off|threshold|roc|precision-?recall|expected cost|reliability)\b|^(?:the )?(?:roc|precision-?recall|calibration|reliability|cost) (?:curve|plot|diagram)s?[?.! ]*$/,
  ],
  [
    'explain',
    /^(?:(?:can|could) you )?explain(?: (?:it|this|that|the (?:model|predictions?|results?|report|run)))?[?.! ]*$|\b(?:shap|(?:feature|column) (?:importance|effect)s?|partial dependence|(?:which|what) (?:columns?|features?|variables?) (?:matter|are important|drive|count))\b|\bwhat does (?:it|the model) (?:lean|rely|look)/,
  ],
  [
    'trials',
    /^(?:(?:can|could) you )?(?:please )?(?:show|list|give|send|post)(?: me| us)?(?: all| every| the| each)*(?: \w+)? (?:trials?|settings|hyperparameters?)\b|\b(?:hyperparameter|parameter) importances?\b|\bparallel coordinates?\b|^(?:all |the )?trials[?.! ]*$|\bwhat (?:was|were|did you|have you) (?:all )?(?:try|tried)\b/,
  ],
];

/** @param core the message in lower case, without greeting. */
export function chapterIn(core: string): ChapterName | null {
  return ASKS.find(([, words]) => words.test(core))?.[0] ?? null;
}
