/** What a message states as facts: an existing model and its score, a metric, a budget, a number of trials, a seed,
 *  how settings are found, one model or several, a forecast and how far it reaches. */
import type { MetricName, Recalibration } from '../../ml/experiment.ts';
import type { SamplerName } from '../../ml/tuning/samplers/sampler.ts';
import type { PrunerName } from '../../ml/tuning/trial.ts';
import { MOST_SHARDS, type RequirementsChange } from '../../requirements/requirements.ts';
import { budgetSecondsIn } from './budget.ts';
import { forecastIn } from './forecast-words.ts';
import { ANY_METRIC, metricsIn } from './metric-words.ts';
import { protocolIn } from './protocol-words.ts';

/** @param words lower case, single spaces, without a greeting. */
export function factsIn(words: string): RequirementsChange {
  const change: RequirementsChange = protocolIn(words);
  const existing = existingModelIn(words);
  if (existing) change.existing = existing;
  const costs = costsIn(words);
  if (costs) change.costs = costs;
  const metric = chosenMetricIn(words);
  if (metric) change.metric = metric;
  const budgetSeconds = budgetSecondsIn(words);
  if (budgetSeconds !== null) change.budgetSeconds = budgetSeconds;
  const trials =
    /\b(?:use|run|try|do|at most|up to|no more than|max(?:imum)?(?: of)?|only|limit(?:ed)? to)\s+(\d{1,4}) trials?\b/.exec(
      words,
    );
  if (trials) change.trials = Number(trials[1]);
  const seed = /\bseed (?:of |to |= ?|is )?(\d{1,10})\b/.exec(words);
  if (seed) change.seed = Number(seed[1]);
  const sampler = samplerIn(words);
  if (sampler) change.sampler = sampler;
  const pruner = prunerIn(words);
  if (pruner) change.pruner = pruner;
  const shards = shardsIn(words);
  if (shards !== null) change.shards = shards;
  if (FROM_SCRATCH.test(words)) change.startsFrom = 'nothing';
  const finish = finishIn(words);
  if (finish) change.finish = finish;
  const recalibration = recalibrationIn(words);
  if (recalibration) change.recalibration = recalibration;
  const forecast = forecastIn(words);
  if (forecast) change.forecast = forecast;
  return change;
}

const SAMPLER_WORDS: readonly (readonly [RegExp, SamplerName])[] = [
  [/\b(?:quasi-?random|halton|low-discrepancy)\b/, 'quasi-random'],
  [/\brandom (?:search|sampl(?:er|ing))\b/, 'random'],
  [/\b(?:tpe|parzen)\b/, 'tpe'],
  [/\b(?:gaussian-? ?process(?:es)?|gp|bayesian (?:search|optimi[sz]ation|tuning))\b/, 'gaussian-process'],
  [/\bgrid(?:-| )?(?:search|sampl(?:er|ing))?\b/, 'grid'],
];
const USING = /\b(?:use|using|with|by|via|try|take|prefer|want|switch to|sampler)\s+(?:an?\s+|the\s+|=\s*)?$/;
const BARE_SAMPLER = /^(?:[,.! ]|please|instead|then|search|sampler|sampling)*$/;

/** How settings are found, if the message chooses it: merely naming a sampler does not. */
function samplerIn(words: string): SamplerName | null {
  for (const [pattern, sampler] of SAMPLER_WORDS) {
    const named = pattern.exec(words);
    if (!named) continue;
    const before = words.slice(0, named.index);
    const rest = before + words.slice(named.index + named[0].length);
    if (!REFUSED.test(before) && (USING.test(before) || BARE_SAMPLER.test(rest))) return sampler;
  }
  return null;
}

const FROM_SCRATCH =
  /\b(?:(?:start|begin|train|search|try) (?:again )?(?:from scratch|afresh|anew)|(?:ignore|forget|without) (?:all |the |any )*(?:earlier|previous|old) (?:runs|studies|settings|results))\b|^from scratch\b/;
const NO_PRUNING = /\b(?:no|without|don't|do not|never|skip) (?:any )?(?:prun(?:e|ing|er)|racing)\b/;
const PRUNING = /\b(?:use|using|with|by|prefer|take|try)\s+(?:an?\s+|the\s+)?(median|rac(?:e|ing))\b/;

/** Whether weak trials end early, if the message chooses it. */
function prunerIn(words: string): PrunerName | null {
  if (NO_PRUNING.test(words)) return 'none';
  const named = /\bprun/.test(words) ? PRUNING.exec(words)?.[1] : undefined;
  if (!named) return null;
  return named === 'median' ? 'median' : 'race';
}

const NO_SHARDS = /\b(?:no|without|don't|do not|never) (?:use |any |row )*shard(?:s|ing)?\b/;
const SHARDS = /\b(?:use|using|with|in|into|take|try)\s+(\d{1,2}) (?:row )?shards\b/;

/** Into how many parts the rows of networks shall be divided, if the message says so. */
function shardsIn(words: string): number | null {
  if (NO_SHARDS.test(words)) return 1;
  const count = Number(SHARDS.exec(words)?.[1] ?? 0);
  return count >= 1 && count <= MOST_SHARDS ? count : null;
}

const ONE_MODEL =
  /\b(?:no|without|don't (?:want|use)|not|skip the|never) (?:an? |any |the |use )*(?:ensembles?|ensembling|blend(?:ing)?|stack(?:ing)?)\b|\b(?:a|one|only one|just one) (?:single )?model (?:only|alone|please)\b|\b(?:only|just|want|use|keep|prefer|need|give me|to|with) (?:a |the best |the |exactly )?(?:single|one) (?:best )?model\b|^(?:a |the |only |just )?(?:single|one) (?:best )?model\b/;
const SEVERAL_MODELS =
  /\b(?:use|want|build|make|allow|try|with|prefer|yes) (?:an? |the )?(?:ensembles?|ensembling|blend(?:ing)?)\b/;

/** Whether the run shall end with one model or may combine several. */
function finishIn(words: string): 'single' | 'ensemble' | null {
  if (ONE_MODEL.test(words)) return 'single';
  return SEVERAL_MODELS.test(words) ? 'ensemble' : null;
}

const AS_THEY_ARE =
  /\b(?:no|without|don't|do not|never|skip(?: the)?) (?:any )?(?:re-?)?calibrat(?:e|ion|ing)\b/;
const CALIBRATOR =
  /\b(?:use|using|with|by|prefer|take|try)\s+(?:an?\s+|the\s+)?(?:(isotonic)|(platt)(?:'?s)?|(temperature))\b/;
const AS_FITS = /\b(?:calibrate|recalibrate)(?: the)? (?:probabilities|model)\b/;

/** How probabilities are corrected, if the message chooses it. */
function recalibrationIn(words: string): Recalibration | null {
  if (AS_THEY_ARE.test(words)) return 'none';
  const [, isotonic, platt, temperature] = CALIBRATOR.exec(words) ?? [];
  if (isotonic) return 'isotonic';
  if (platt) return 'platt';
  const isAbout = /\b(?:scaling|calibrat|probabilit)/.test(words);
  if (temperature && isAbout) return 'temperature';
  return AS_FITS.test(words) ? 'choose' : null;
}

const CHOOSING =
  /\b(?:optimi[sz](?:e|ing)|maximi[sz](?:e|ing)|minimi[sz](?:e|ing)|metric|rank(?:ed)? by|judged? by|scored? by|measured? by|care (?:most )?about|focus on|prefer)\b/;
const MATTERING = /\b(?:matters?|(?:is|are) (?:(?:most|more|very|really) )*important|counts?)\b/;
/** Words that a bare answer may hold beside the metric: "AUC please". */
const COURTESY = /^(?:the|please|use|by|score|metric|then|yes|ok|,|\.|!|\s)*$/;
const REFUSED =
  /\b(?:not|instead of|rather than|don't (?:use|care about|optimi[sz]e)|never|over)\s+(?:for\s+)?(?:the\s+)?$/;

/** The metric that trials shall be ranked by, if the message chooses one: merely naming a metric does not. */
function chosenMetricIn(words: string): MetricName | null {
  const wanted = metricsIn(words).filter(({ start }) => !REFUSED.test(words.slice(0, start)));
  const [first] = wanted;
  if (!first) return null;
  const rest = words.slice(0, first.start) + words.slice(first.end);
  const isBareAnswer = wanted.length === 1 && COURTESY.test(rest);
  const choice = CHOOSING.exec(words);
  if (choice) return (wanted.find(({ start }) => start > choice.index) ?? first).metric;
  return isBareAnswer || MATTERING.test(words.slice(first.end, first.end + 40)) ? first.metric : null;
}

/** Metrics in the target's own unit; all others are shares of one. */
const IN_TARGET_UNIT: ReadonlySet<MetricName> = new Set([
  'rmse',
  'mae',
  'median_absolute_error',
  'pinball_loss_90',
]);

const SHARE = String.raw`(?<![\d.])(\d{1,3}(?:\.\d+)?)\s*(?:%|percent\b|per cent\b)|(?<![\d.])(0?\.\d+)(?!\d)`;
const AMOUNT = String.raw`(?<![\d.,])(\d[\d,]*(?:\.\d+)?)(?![\d%])`;
const WANTED =
  /\b(?:need|needs|want|wants|require|target|goal|aim|at least|more than|better than|above|over|beat|reach|get|improve|to|hit|achieve|exceed)\b/;
const CLAIMED = new RegExp(
  `\\b(?:is|are|'re|was|at|has|have|had|gets?|got|reache[sd]|scores?|scored|achieve[sd]|of|with|from|only|about|around|roughly|=|:|${ANY_METRIC})\\s*$`,
);
const OWNER = new RegExp(
  `\\b(?:our|my|the|current|currently|existing|old|we|i|it|model|from|${ANY_METRIC})\\b`,
);

/** "We are at 85% accuracy and need more than 90%": the claimed score, and the wanted one. Each number is read by the
 *  words since the number before it. */
function existingModelIn(words: string): RequirementsChange['existing'] {
  const [mention] = metricsIn(words);
  const speaksOfScores = mention !== undefined || /\b(?:model|score)\b/.test(words);
  if (!speaksOfScores) return null;
  const isAmount = mention !== undefined && IN_TARGET_UNIT.has(mention.metric);
  let score: number | null = null;
  let wanted: number | null = null;
  let end = 0;
  for (const match of words.matchAll(new RegExp(isAmount ? AMOUNT : SHARE, 'g'))) {
    const before = words.slice(end, match.index);
    end = match.index + match[0].length;
    const [, whole, fraction] = match;
    const value = isAmount
      ? Number(whole?.replaceAll(',', ''))
      : whole !== undefined
        ? Number(whole) / 100
        : Number(fraction);
    if (!isAmount && value > 1) continue;
    // "30% of customers" is a share of rows, not a score.
    if (/^ of (?!accuracy|the time)/.test(words.slice(end))) continue;
    // "Improve it from 85% to 90%": the first is what is.
    const isStart = before.endsWith('from ');
    if (WANTED.test(before) && !isStart) wanted ??= value;
    else if (OWNER.test(before) && CLAIMED.test(before) && isNearScore(words, match.index, end))
      score ??= value;
  }
  if (score === null) return null;
  const rows = testRowsIn(words);
  const leastGain = leastGainIn(words);
  return {
    metric: mention?.metric ?? null,
    score,
    wanted,
    ...(rows !== null && { rows }),
    ...(leastGain !== null && { leastGain }),
  };
}

const MONEY = String.raw`[^\d.;]{0,40}?(\d[\d,]*(?:\.\d+)?)`;

/** "A missed churner costs us 400 a year, a needless offer 20": what the two mistakes cost. */
function costsIn(words: string): RequirementsChange['costs'] {
  if (!/\bcosts?\b/.test(words)) return null;
  const amount = (names: string) => {
    const found = new RegExp(`\\b(?:${names})\\b${MONEY}`).exec(words);
    return Number(found?.[1]?.replaceAll(',', '') ?? Number.NaN);
  };
  const missed = amount('miss(?:ed|ing)?|overlooked|false negatives?');
  const falseAlarm = amount('needless|unnecessary|false alarms?|false positives?|wasted|in vain');
  return missed > 0 && falseAlarm > 0 ? { missed, falseAlarm } : null;
}

const ROWS =
  'rows?|customers?|cases?|examples?|samples?|records?|people|patients?|users?|items?|observations?';

/** "Measured on 400 customers", "a test set of 1,000": how many rows the claimed score comes from. */
function testRowsIn(words: string): number | null {
  const found =
    /\b(?:measured|tested|evaluated|checked|validated|judged|on a (?:test|hold-?out) set)\b[^.;\d%]{0,30}?(\d[\d,]*)(?![\d%.])/.exec(
      words,
    ) ??
    /\btest(?: ?set| data)? (?:of|has|with|had) (\d[\d,]*)(?![\d%.])/.exec(words) ??
    new RegExp(`\\bon (\\d[\\d,]*) (?:test |held-?out |new )?(?:${ROWS})\\b`).exec(words);
  const rows = Number(found?.[1]?.replaceAll(',', ''));
  return rows >= 1 && rows <= 1e9 ? rows : null;
}

/** "A gain of 2 points is worth it": the least that would be, as a share. */
function leastGainIn(words: string): number | null {
  const found =
    /\b(?:worth (?:it )?(?:from|at)|at least|minimum|smallest|least)\b[^.;\d]{0,30}?(\d+(?:\.\d+)?) ?(?:percentage )?points?\b/.exec(
      words,
    ) ?? /\b(\d+(?:\.\d+)?) ?(?:percentage )?points? (?:is|are|would be) (?:worth|enough|useful)/.exec(words);
  return found ? Number(found[1]) / 100 : null;
}

const SCORE_BEFORE = new RegExp(`\\b(?:model|score|${ANY_METRIC})\\b`);
const SCORE_AFTER = new RegExp(`^[^.;]{0,20}\\b(?:score|${ANY_METRIC})\\b`);

/** Whether a few words around say that the number is a score. */
function isNearScore(words: string, start: number, end: number): boolean {
  return SCORE_BEFORE.test(words.slice(Math.max(0, start - 40), start)) || SCORE_AFTER.test(words.slice(end));
}
