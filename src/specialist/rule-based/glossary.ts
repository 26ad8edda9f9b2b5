/** "What is AUC?": the field's words in a sentence or two each. */
import { METRICS } from '../../ml/metrics/registry.ts';
import { capitalise } from '../../report/format.ts';
import { metricsIn } from './metric-words.ts';

const TERMS: readonly (readonly [RegExp, string])[] = [
  [
    /\bnested\b/,
    'In nested cross-validation the whole choice (which trials, with which weights and cut-off) is made anew several times, each time without a part of the rows, and judged on that part. Every row is judged once, so on few rows it says more than a small holdout.',
  ],
  [
    /\brepeated\b|\brepeats?\b/,
    'In repeated cross-validation the rows are cut into folds several times, differently each time, and a trial is scored in all of them. On few rows that takes out the luck of one division.',
  ],
  [
    /\bgap\b|\bembargo\b|\bpurg(?:e|ing)\b/,
    'A gap keeps rows or time between what a model learns from and what it is judged on, in a split by time. Where an outcome looks ahead (left within 30 days) the last training rows would otherwise know something of the judged ones.',
  ],
  [
    /\bhold-?out\b|\btest set\b/,
    'The holdout is a part of the rows that no trial sees. It is opened once, at the end, for the model, the best single trial and the baseline, so its score is an honest estimate of what you will get on new rows.',
  ],
  [
    /\bcross[ -]?validation\b|\bfolds?\b/,
    'In cross-validation the training rows are cut into folds; each fold is predicted by a model that was fitted on the others. The mean of the fold scores ranks the trials, and their spread says how sure that ranking is.',
  ],
  [
    /\bseasonal naive\b|\bnaive forecast\b/,
    'The seasonal naive forecast repeats the last season: next Monday is what last Monday was. It knows nothing else and is often hard to beat, so a forecast that does not beat it is not worth its trouble.',
  ],
  [
    /\brolling origins?\b|\bbacktest/,
    'The origin of a forecast is the last moment whose values it knows. Origins roll along the series, and each forecast is compared with what came after it, by models that were trained on earlier times alone.',
  ],
  [
    /\bhorizon\b/,
    'The horizon is how far ahead values are forecast, counted in steps of the data: 14 days, 12 months.',
  ],
  [
    /\bexponential smoothing\b|\bets\b|\bholt/,
    'Exponential smoothing follows the level, the trend and the season of a series and corrects each by a share of every surprise. Which of them a series has, and how fast they are corrected, is chosen by the likelihood.',
  ],
  [
    /\bpinball\b/,
    'The pinball loss judges a quantile: being wrong costs the distance, times the share on whose side the value lies. Intervals that are too narrow miss values, those that are too wide are far from them; both cost.',
  ],
  [
    /\bcoverage\b|\bprediction intervals?\b/,
    'An 80% prediction interval should hold 80% of the values to come. It is made from the errors of forecasts of values that the model had not seen, and how many it truly held is counted on the held-out ones.',
  ],
  [
    /\bbaseline\b/,
    'The baseline predicts the same for every row: the class shares, or the mean. A model that does not beat it has learned nothing from the columns.',
  ],
  [
    /\bgradient boosting\b|\bgbdt\b|\bboost/,
    'Gradient boosting adds up many small decision trees, each fitted to what the ones before got wrong. It takes missing values and mixed columns as they are, and is the strongest single family on most tables.',
  ],
  [
    /\blogistic\b|\blinear\b|\bridge\b/,
    'A linear model weighs each column and adds up. It is fast, hard to overfit and easy to explain, and on churn-like data it is often as good as anything.',
  ],
  [
    /\breal ?mlp\b/,
    'RealMLP is a neural network for tables whose settings were tuned once on many tables: numbers are scaled robustly and bent towards a bound, each feature learns how much it counts, and the learning rate rises and falls in four waves.',
  ],
  [
    /\btab ?m\b/,
    'TabM is many neural networks in one: they share most of their weights, each sees the features scaled in its own way and has a last layer of its own, and what they predict is averaged.',
  ],
  [
    /\btcn\b|\bsequence network\b|\btemporal convolution/,
    'A sequence network (a temporal convolutional network) reads values one after the other: small windows slide along them, each layer halves what is left, and the last layers see what was found beside the other columns. It finds patterns in the order of values that a mean or a last value does not show.',
  ],
  [
    /\brecordings?\b|\bwindows?\b/,
    'A recording is many rows that belong together in an order and have one outcome: a gesture, a session, a machine at work. It becomes one row of the learning table. Say "one prediction for each …" with the column that tells recordings apart.',
  ],
  [
    /\bhuber\b/,
    'The Huber loss counts small errors by their square and large ones in proportion, so that a few odd rows do not pull the model away from all others.',
  ],
  [
    /\bneural\b|\bmlp\b|\bnetwork\b/,
    'A neural network (here a multilayer perceptron) learns its own combinations of the columns. It needs more rows and more time than trees, and sometimes adds what they miss.',
  ],
  [
    /\bembeddings?\b|\bsentence encoder\b/,
    'A sentence embedding is what a text means as a list of numbers: a small network that was trained on many other texts makes texts of like meaning lie close together, whatever words they use.',
  ],
  [
    /\btf-?idf\b/,
    'TF-IDF counts how often each word is in a text, and lets words weigh less the more texts hold them.',
  ],
  [
    /\boverfit/,
    'A model overfits when it learns the noise of its training rows: its training loss keeps falling while its validation loss rises. Early stopping keeps the step before that.',
  ],
  [
    /\bearly stop/,
    'Early stopping watches a part of the training rows that is not fitted, and keeps the step at which the loss on them was lowest.',
  ],
  [
    /\bleak/,
    'A leak is a column that knows the answer in training but not when the model is used, such as one that is filled only after a customer has left. It makes scores look wonderful and the model useless.',
  ],
  [
    /\b(?:confidence )?interval\b|\bci\b/,
    'The 95% interval says where the score would probably lie with other rows of the same kind: wide means that the holdout is too small to be sure.',
  ],
  [
    /\bseed\b/,
    'The seed decides every random choice of a run. The same plan, data and seed give the same result to the last digit.',
  ],
  [
    /\btrials?\b/,
    'A trial is one model family with one setting of its hyperparameters, scored by cross-validation.',
  ],
  [
    /\bhyper-?parameters?\b/,
    'Hyperparameters are the settings of a model that are chosen before it is fitted, such as the learning rate or the number of leaves.',
  ],
  [
    /\blearning rate\b/,
    'The learning rate is how big a step each iteration takes: too big and it never settles, too small and it needs forever.',
  ],
  [
    /\bstratif/,
    'A stratified split gives every part the same class shares, so that no fold is short of the rare class.',
  ],
  [
    /\bregulari[sz]/,
    'Regularisation holds a model back from large weights or deep trees, so that it follows the pattern and not the noise.',
  ],
  [/\bepochs?\b/, 'An epoch is one pass of a neural network over all its training rows.'],
  [
    /(?<!log )(?<!log-)\bloss\b/,
    'The loss is the number that training makes small: how far the predictions are from the truth, as the model itself feels it.',
  ],
  [
    /\btpe\b|\bparzen\b/,
    'TPE draws settings from where the best trials so far are dense and the others are not; it pays off from some dozens of trials on.',
  ],
  [
    /\bgaussian[- ]process|\bbayesian (?:search|optimi[sz]ation)\b/,
    'A Gaussian process is a smooth guess of the score at every setting, with how unsure it is; the next trial goes where the largest improvement is expected.',
  ],
  [
    /\bgrid search\b/,
    'Grid search tries every combination of a few values for each hyperparameter; with many hyperparameters most of its trials repeat values that do not matter.',
  ],
  [
    /\bquasi-?random\b/,
    'Quasi-random search spreads settings evenly over the search space, without the gaps and clusters of independent draws.',
  ],
  [
    /\brandom search\b|\bsamplers?\b|\bsearch space\b/,
    'A sampler finds the settings that are tried. Random search draws each from a range for each hyperparameter; with few trials it is hard to beat. The others spread settings evenly (quasi-random, grid) or learn from the trials before (TPE, Gaussian process).',
  ],
  [
    /\bimbalanced?\b/,
    'Classes are imbalanced when one is rare. Accuracy then says little, because always naming the common class is already often right.',
  ],
  [
    /\bresiduals?\b/,
    'A residual is the actual value minus the predicted one. Residuals without a pattern mean that the model has used what there was.',
  ],
  [
    /\btarget\b|\boutcome\b/,
    'The target is the column that the model learns to predict; it must be known for past rows and unknown for the ones you will ask about.',
  ],
  [/\bfeatures?\b/, 'A feature is a column that the model may learn from.'],
  [/\bcalibrat/, 'A model is calibrated when, of all the rows it gives 30%, about 30% come true.'],
  [
    /\bimportance\b/,
    'Permutation importance shuffles one column of the holdout and measures how much worse the score gets: what the model would lose without it.',
  ],
  [
    /\bconfusion\b/,
    'A confusion matrix counts how often each class was taken for which: the diagonal is right, everything else is a mistake of that kind.',
  ],
];

/** More than this would be a lecture. */
const MOST_TERMS = 3;

/** @param topic lower case; may hold several terms: "the difference between precision and recall".
 *  @returns a sentence or two for each known term, or null when there is none. */
export function define(topic: string): string | null {
  const metrics = [...new Set(metricsIn(topic).map(({ metric }) => metric))];
  const sentences = [
    ...metrics.map((metric) => `${capitalise(METRICS[metric].label)}: ${METRICS[metric].description}`),
    ...TERMS.filter(([pattern]) => pattern.test(topic)).map(([, sentence]) => sentence),
  ];
  return sentences.length === 0 ? null : sentences.slice(0, MOST_TERMS).join('\n');
}
