/** Profile + requirements + calibration → plan. Pure: the same inputs give the same plan. */
import { ModelwrightError } from '../errors/errors.ts';
import {
  leastForReading,
  type PictureCost,
  readingSeconds,
  type SentenceCost,
} from '../ml/tuning/calibration.ts';
import { type DataTraits, PORTFOLIO, portfolioFor, traitsOf } from '../ml/tuning/portfolio.ts';
import { Family, PRETRAINED } from '../ml/tuning/trial.ts';
import type { Requirements } from '../requirements/requirements.ts';
import { type Allocation, trialCount, type Wish } from './allocate.ts';
import { backboneReason } from './backbone-reason.ts';
import { choosePruner, expectedPruning } from './choose-pruner.ts';
import { chooseSampler } from './choose-sampler.ts';
import { chooseShards, withShards } from './choose-shards.ts';
import { DEFAULTS } from './defaults.ts';
import { familiesFor, imageOf, pictureOf, sequenceIn } from './families-for.ts';
import type { Material } from './material.ts';
import { improvementOf, type Past, pastOf, startsWithin } from './past.ts';
import type { Candidate, Plan } from './plan.ts';
import { columnsNotKnown } from './plan-forecast.ts';
import { checkPriced, estimatedTime, limitedWish, limitsOf, threadsWithin, tooSmall } from './plan-limits.ts';
import { evaluatedAs, protocolWish } from './plan-protocol.ts';
import { reasons } from './plan-reasons.ts';
import { droppedColumns, plannedExperiment } from './planned-experiment.ts';
import { allocateWithStudies, studiesReason } from './reserve-studies.ts';
import { shortenParameters, shortenSpace } from './shorten.ts';
import { whyNotSearchable, withRanges } from './space-edit.ts';
import { textReadings, textReason } from './text-reason.ts';

/** @throws BUDGET_TOO_SMALL, CPU_BUDGET_TOO_SMALL, COST_LIMIT_TOO_SMALL, MEMORY_BUDGET_TOO_SMALL when not even the cheapest
 *          family fits; PRICE_UNKNOWN, RANGES_INVALID */
export function proposePlan(material: Material): Plan {
  const { profile, target, requirements, calibration, price, past } = material;
  checkPriced(requirements, price);
  const direction = past?.direction;
  const experiment = plannedExperiment(profile, target, requirements, material.windows, direction?.division);
  const budgetSeconds = requirements.budgetSeconds ?? DEFAULTS.budgetSeconds;
  const traits = {
    ...traitsOf(experiment, profile.columns, profile.rows),
    image: imageOf(experiment, profile),
    picture: pictureOf(experiment, profile),
    sequence: sequenceIn(experiment),
  };
  const wanted = familiesFor(experiment, profile, requirements, direction?.families);
  if (requirements.families && !calibration.pictures) {
    const unserved = wanted.filter((family) => PRETRAINED.has(family));
    const names = unserved.map((family) => PORTFOLIO[family].label).join(', ');
    if (unserved.length > 0) throw new ModelwrightError('BACKBONE_NEEDED', { families: names });
  }
  const threads = threadsWithin(requirements, calibration, wanted, material.threads);
  const seen = affordable(calibration.pictures, budgetSeconds, threads);
  const preparationSeconds =
    (seen ? readingSeconds(seen, threads) : 0) + (direction?.extraSeconds ?? 0) / threads;
  const plain: Wish = {
    budgetSeconds,
    threads,
    folds: experiment.folds,
    ...protocolWish(experiment, requirements, direction !== undefined),
    families: wanted.filter((family) => seen !== null || !PRETRAINED.has(family)),
    preparationSeconds,
    trials: requirements.trials,
    ...limitedWish(requirements, price),
    members: experiment.finish === 'single' ? 1 : experiment.members,
    refits: experiment.refit === 'all' ? 2 : 1,
    pruned: expectedPruning(requirements.pruner),
    ...(direction && {
      keepsFolds: true,
      atLeast: new Map([...direction.directions].map(([family, { starts }]) => [family, starts.length])),
    }),
  };
  const sentences = affordable(calibration.sentences, budgetSeconds, threads);
  const read = sentences && allocateWithStudies(calibration, withSentences(plain, sentences));
  const allocation = read || allocateWithStudies(calibration, plain);
  if (!allocation) throw tooSmall(calibration, plain, requirements, price);
  const chosen = new Set(allocation.trials.keys());
  const known = { ...traits, hasSentences: !!read };
  checkRanges(requirements, [...chosen], known);
  const { folds } = experiment;
  const sharding = chooseShards(requirements.shards, allocation, calibration, folds, threads);
  const tried = candidates(allocation, known, requirements.ranges, past).map((candidate) =>
    withShards(candidate, sharding),
  );
  const search = {
    ...chooseSampler(requirements.sampler, tried),
    pruning: choosePruner(requirements.pruner, tried),
  };
  const planned = evaluatedAs(experiment, allocation);
  const usesNetwork = tried.some(({ family }) => PRETRAINED.has(family));
  const backbone = usesNetwork ? seen : null;
  const memory = calibration.costs.filter((cost) => chosen.has(cost.family)).map((cost) => cost.memoryMb);
  return {
    format: 1,
    goal: requirements.goal,
    dataset: material.dataset,
    experiment: planned,
    dropped: experiment.forecast
      ? columnsNotKnown(profile, experiment.target, experiment.forecast)
      : droppedColumns(target, requirements),
    candidates: tried,
    ...(sentences && read && { sentences: { model: sentences.model, columns: sentences.columns } }),
    ...(backbone && { backbone: { id: backbone.model, column: backbone.column } }),
    sampler: search.sampler,
    pruner: search.pruning.pruner,
    ...(direction && { improves: improvementOf(direction, tried) }),
    ...(past && past.looks.length > 0 && { looks: [...past.looks] }),
    reasons: reasons(
      material,
      planned,
      experiment,
      allocation,
      [
        ...(traits.hasText ? [textReason(calibration.sentences ?? null, !!read, threads)] : []),
        ...backboneReason(calibration.pictures ?? null, {
          used: usesNetwork,
          tuned: chosen.has('backbone_tuned'),
          threads,
        }),
        studiesReason(allocation, budgetSeconds),
        ...sharding.reasons,
      ],
      search,
      tried,
    ),
    budget: { seconds: budgetSeconds, threads, ...limitsOf(requirements) },
    ...(price && { price }),
    estimate: {
      ...estimatedTime(allocation, budgetSeconds, past?.ratios ?? []),
      ...(allocation.nested > 0 && { nestedSeconds: allocation.nestedSeconds }),
      ...(allocation.studies && { studies: allocation.studies }),
      memoryMb: Math.round(Math.max(...memory) * Math.min(threads, trialCount(allocation))),
      calibration,
    },
    versions: {
      ...material.versions,
      ...(sentences && read && { 'sentence encoder': sentences.model }),
      ...(backbone && { 'pretrained network': backbone.model }),
    },
  };
}

/** A plan for what is left of the budget. One that would do is not refused because of what came before: then the run has
 *  all of it. @throws what `proposePlan` does. */
export function proposeWithin(material: Material, secondsLeft: number): Plan {
  const { requirements } = material;
  if (secondsLeft >= (requirements.budgetSeconds ?? DEFAULTS.budgetSeconds)) return proposePlan(material);
  try {
    return proposePlan({ ...material, requirements: { ...requirements, budgetSeconds: secondsLeft } });
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.code !== 'BUDGET_TOO_SMALL') throw error;
    return proposePlan(material);
  }
}

/** @throws RANGES_INVALID */
function checkRanges({ ranges }: Requirements, families: readonly Family[], traits: DataTraits): void {
  const spaces = new Map(families.map((family) => [family, portfolioFor(family, traits).space]));
  const detail = whyNotSearchable(ranges, spaces);
  if (detail) throw new ModelwrightError('RANGES_INVALID', { detail });
}

/** Null where there is none, or where reading with it would leave too little of the budget. */
function affordable<Cost extends SentenceCost | PictureCost>(
  cost: Cost | undefined,
  budgetSeconds: number,
  threads: number,
): Cost | null {
  return cost && leastForReading(cost, threads) <= budgetSeconds ? cost : null;
}

/** A linear model gets its trial on TF-IDF alone as well: what the encoder has to beat. */
function withSentences(wish: Wish, cost: SentenceCost): Wish {
  const { threads, preparationSeconds = 0, atLeast = new Map() } = wish;
  const linear = Math.max(3, atLeast.get('linear') ?? 0);
  return {
    ...wish,
    preparationSeconds: preparationSeconds + readingSeconds(cost, threads),
    atLeast: new Map([...atLeast, ['linear', linear]]),
  };
}

/** What drawn settings of networks for images may do to pictures. */
const AUGMENTATION =
  'Some further settings also vary each picture anew in every epoch (RandAugment) or put a rectangle of another into it (CutMix).';

function candidates(
  { trials, stepShare }: Allocation,
  traits: DataTraits,
  ranges: Requirements['ranges'],
  past?: Past,
): Candidate[] {
  return Family.options.flatMap((family) => {
    const count = trials.get(family);
    if (!count) return [];
    const { why } = PORTFOLIO[family];
    const { defaults, space } = portfolioFor(family, traits);
    const usual = defaults[0] ?? {};
    const shortened = defaults.map((parameters) => shortenParameters(parameters, stepShare));
    const { maxSteps } = shortened[0] ?? {};
    const isCut = maxSteps !== usual.maxSteps;
    const usualSpace = withRanges(shortenSpace(space, usual, stepShare), family, ranges);
    const from = pastOf(past, family, { defaults: shortened, space: usualSpace });
    const { starts, own } = startsWithin(count, from, shortened);
    const planned = own;
    const sentences = [
      why,
      ...(traits.hasText && planned.length > 0 ? [textReadings(planned)] : []),
      ...(space.cutmix && count > planned.length ? [AUGMENTATION] : []),
      ...(isCut && !from.isContinued
        ? [`Cut to ${maxSteps} of ${usual.maxSteps} steps, so that a trial fits the budget.`]
        : []),
    ];
    return [
      {
        family,
        trials: count,
        ...(starts.length > 0 && { starts }),
        defaults: planned,
        space: withRanges(from.space, family, ranges),
        ...(from.base && { base: from.base }),
        ...(from.earlier && { earlier: from.earlier }),
        reason: sentences.join(' '),
      },
    ];
  });
}
