/** How people write the names of metrics. */
import type { MetricName } from '../../ml/experiment.ts';

/** Longest names first, so that "balanced accuracy" is not read as "accuracy". */
const METRIC_WORDS: readonly (readonly [pattern: string, MetricName])[] = [
  ['balanced[ _]accuracy', 'balanced_accuracy'],
  ['(?:roc[ _-]?)?auc|auroc', 'roc_auc'],
  ['average[ _]precision|pr[ _-]?auc|auprc', 'average_precision'],
  ['log[ _-]?loss|cross[ -]?entropy', 'log_loss'],
  ['brier(?:[ _]score)?', 'brier_score'],
  ['accuracy|accurate', 'accuracy'],
  ['f1(?:[ _-]score)?', 'f1'],
  ['mcc|matthews(?: correlation)?', 'mcc'],
  ["(?:cohen'?s?[ _]?)?kappa", 'cohen_kappa'],
  [
    'precision (?:at|in) (?:the )?top (?:10 ?%|ten percent|tenth|decile)|precision ?@ ?10 ?%',
    'precision_at_top_10',
  ],
  ['recall (?:at|in) (?:the )?top (?:10 ?%|ten percent|tenth|decile)|recall ?@ ?10 ?%', 'recall_at_top_10'],
  ['precision at (?:80 ?% recall|(?:a )?recall (?:of )?(?:80 ?%|0\\.8))', 'precision_at_recall_80'],
  ['precision', 'precision'],
  ['recall|sensitivity', 'recall'],
  ['rmse|root mean squared? error', 'rmse'],
  ['median[ _]absolute[ _]error', 'median_absolute_error'],
  ['mae|mean absolute error', 'mae'],
  ['r2|r²|r\\^2|r[ -]squared', 'r2'],
  ['smape|symmetric (?:mean absolute )?percentage error', 'smape'],
  ['pinball(?:[ _]loss)?(?: at 90 ?%)?', 'pinball_loss_90'],
  ['mape', 'mape'],
  ['mase', 'mase'],
];

/** Any metric's name, as part of a pattern. */
export const ANY_METRIC = `(?:${METRIC_WORDS.map(([pattern]) => pattern).join('|')})`;

const PATTERNS = METRIC_WORDS.map(
  ([pattern, metric]) =>
    [new RegExp(`(?<![\\p{L}\\p{N}_])(?:${pattern})(?![\\p{L}\\p{N}_])`, 'gu'), metric] as const,
);

export interface MetricMention {
  readonly metric: MetricName;
  readonly start: number;
  readonly end: number;
}

/** Every metric that is named, in the order of the text. @param words lower case. */
export function metricsIn(words: string): MetricMention[] {
  const found: MetricMention[] = [];
  for (const [pattern, metric] of PATTERNS) {
    for (const match of words.matchAll(pattern)) {
      const mention = { metric, start: match.index, end: match.index + match[0].length };
      const isPartOfLonger = found.some((other) => mention.start < other.end && other.start < mention.end);
      if (!isPartOfLonger) found.push(mention);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
