/** Sentences that ask for a chapter of a report. */
import type { ChapterName } from '../../report/chapters/chapter.ts';

export interface AskedChapter {
  readonly chapter: ChapterName;
  /** As people count. */
  readonly row?: number;
}

/** "Why was row 17 flagged?", "explain row 1,204", "row 17?". */
const ROW =
  /^(?:.*\b(?:why|explain|reasons?|because|flag(?:ged)?|predict(?:ed|ion)?|show)\b.*)?\b(?:row|line|record) (?:number |no\.? ?|#)?(\d{1,3}(?:,\d{3})+|\d{1,10})\b/;

/** The first that fits counts. */
const ASKS: readonly (readonly [ChapterName, RegExp])[] = [
  ['card', /^(?!what(?:'s| is) a )(?:.*\b)?model ?card\b/],
  [
    'decide',
    /^(?:(?:please|can you|could you) )?(?:show|draw|plot|post|give|open|see|how|where|which)\b.*\b(?:calibrat(?:ed|ion)|cut-?off|threshold|roc|precision-?recall|expected cost|reliability)\b|^(?:the )?(?:roc|precision-?recall|calibration|reliability|cost) (?:curve|plot|diagram)s?[?.! ]*$/,
  ],
  [
    'learning',
    /^(?:(?:show|draw|plot|post|give|open|see)\b (?:(?:me|us|the|a|its) )*)?learning curve[?.! ]*$|^(?:would|will|does|do|could|can)\b.*\b(?:more|twice|double|additional|further) (?:the |as many |of the )?(?:data|rows|records|examples|samples)\b.*\b(?:help|improve|better|gain|bring|worth|give)|^(?:what|how much)\b.*\b(?:more|twice|double) (?:the |as many )?(?:data|rows|records|examples|samples)\b.*\b(?:help|improve|bring|give|gain)/,
  ],
  [
    'ablation',
    /\bablations?\b|\bleave[- ]one[- ](?:component|feature|column|group|part|member)[- ]out\b|^(?:which|what) (?:parts?|steps?|components?|members?) (?:of (?:it|the model) )?(?:matters?|helps?|counts?|is|are) ?(?:needed|worth|useful|useless)?|\b(?:what|which) (?:columns?|parts?|features?|members?) (?:can|could) (?:i|we|be) (?:leave|left|drop|dropped|do without|remove|removed)\b/,
  ],
  [
    'stability',
    /^(?:(?:show|check|about|and) )?(?:me )?(?:the )?stability[?.! ]*$|\bhow (?:stable|robust|reproducible) (?:is|are)\b|^(?:is|are|was) (?:it|this|that|the (?:score|model|results?)) (?:just |only |mere |pure )?(?:stable|robust|luck|lucky|chance|a fluke)\b|\b(?:other|another|different|more) seeds?\b.*\?|\bvariance (?:breakdown|components?)\b/,
  ],
  [
    'fairness',
    /^(?:(?:show|check|about|and) )?(?:me )?(?:the )?(?:fairness|bias)[?.! ]*$|\b(?:is|are|was|how) (?:it|this|that|the (?:model|predictions?|decisions?)) (?:un)?(?:fair|biased)\b|\b(?:fair|biased) (?:to|against|towards?|between)\b|\bdiscriminat(?:e|es|ing|ion)\b|\bfairness (?:report|chapter|check|metrics?|numbers?)\b/,
  ],
  [
    'errors',
    /^(?:(?:show|check|about|and) )?(?:me )?(?:the )?(?:errors|mistakes|worst (?:slices?|groups?|segments?))[?.! ]*$|\bwhere (?:is|was|does|do) (?:it|the model|they) (?:\w+ )?(?:wrong|fail|worse|worst|bad|err|weak|mistaken|make)|\bworst (?:slices?|groups?|segments?)\b|\berror (?:analysis|slices?|groups?)\b/,
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
export function chapterIn(core: string): AskedChapter | null {
  const row = ROW.exec(core)?.[1];
  if (row !== undefined) return { chapter: 'row', row: Number(row.replaceAll(',', '')) };
  const chapter = ASKS.find(([, words]) => words.test(core))?.[0];
  return chapter ? { chapter } : null;
}
