/** Runs as they really come out, in miniature: what report and chart tests are made from. Every number is drawn from
 *  a seed, in the shape of runs on the telco, letter and housing data. */
import type { Experiment, MetricName, Task } from '../../src/ml/experiment.ts';
import type { EnsembleJudgement, Interval, Judgement } from '../../src/ml/judgement.ts';
import { Random } from '../../src/ml/random.ts';
import type { SearchSpace } from '../../src/ml/tuning/distributions.ts';
import type { Family, FoldResult, TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import type { Plan, PlanRecord } from '../../src/plan/plan.ts';
import { assembleReport, type RunOutcome } from '../../src/report/assemble.ts';
import type { Report } from '../../src/report/report.ts';

const FOLDS = 5;

interface FamilyShape {
  readonly family: Family;
  readonly trials: number;
  /** Score of a good setting, and how much worse drawn ones can be. */
  readonly score: number;
  readonly loss: number;
  readonly firstLoss: number;
  readonly steps: number;
  readonly seconds: number;
  /** Rise of the validation loss after the best step. */
  readonly overfit?: number;
}

interface RunShape {
  readonly task: Task;
  readonly metric: MetricName;
  readonly target: string;
  readonly classes: readonly string[];
  readonly dataset: { name: string; rows: number; columns: number };
  readonly holdoutRows: number;
  readonly families: readonly FamilyShape[];
  /** Size of the spread of scores between folds and between settings. */
  readonly spread: number;
  readonly judgement: Pick<
    Judgement,
    'holdout' | 'baseline' | 'gain' | 'confusion' | 'residuals' | 'importance'
  >;
}

export const interval = (value: number, low: number, high: number): Interval => ({ value, low, high });

/** A churn run: 24 trials of four families, gradient boosting ahead of two close rivals. */
export function telcoRun(change: Partial<RunOutcome> = {}): RunOutcome {
  const columns = [
    'contract',
    'tenure',
    'internet_service',
    'monthly_charges',
    'total_charges',
    'online_security',
  ]
    .concat(['payment_method', 'tech_support', 'streaming_movies', 'multiple_lines', 'paperless_billing'])
    .concat([
      'streaming_tv',
      'senior_citizen',
      'online_backup',
      'dependents',
      'gender',
      'partner',
      'phone_service',
    ]);
  return runOf(
    {
      task: 'binary',
      metric: 'roc_auc',
      target: 'churn',
      classes: ['No', 'Yes'],
      dataset: { name: 'telco_churn.csv', rows: 7043, columns: 20 },
      holdoutRows: 1409,
      spread: 0.006,
      families: [
        { family: 'baseline', trials: 1, score: 0.5, loss: 0.578, firstLoss: 0.578, steps: 1, seconds: 0.03 },
        {
          family: 'linear',
          trials: 6,
          score: 0.8447,
          loss: 0.4151,
          firstLoss: 0.69,
          steps: 40,
          seconds: 0.9,
        },
        {
          family: 'gbdt',
          trials: 12,
          score: 0.8496,
          loss: 0.4098,
          firstLoss: 0.57,
          steps: 240,
          seconds: 4.2,
          overfit: 0.03,
        },
        {
          family: 'mlp',
          trials: 6,
          score: 0.843,
          loss: 0.418,
          firstLoss: 0.62,
          steps: 30,
          seconds: 11.7,
          overfit: 0.012,
        },
      ],
      judgement: {
        holdout: {
          roc_auc: interval(0.8459, 0.8271, 0.8642),
          average_precision: interval(0.6623, 0.6172, 0.7051),
          log_loss: interval(0.4142, 0.3927, 0.4364),
          brier_score: interval(0.1351, 0.1264, 0.1442),
          accuracy: interval(0.8055, 0.7841, 0.8254),
          balanced_accuracy: interval(0.7204, 0.6952, 0.7451),
          f1: interval(0.5951, 0.5499, 0.6371),
          precision: interval(0.6598, 0.6062, 0.7098),
          recall: interval(0.5414, 0.4909, 0.5913),
          mcc: interval(0.4724, 0.4198, 0.5232),
        },
        baseline: {
          roc_auc: interval(0.5, 0.5, 0.5),
          average_precision: interval(0.2654, 0.243, 0.289),
          log_loss: interval(0.5786, 0.561, 0.596),
          brier_score: interval(0.195, 0.185, 0.205),
          accuracy: interval(0.7346, 0.711, 0.757),
          balanced_accuracy: interval(0.5, 0.5, 0.5),
          f1: interval(0, 0, 0),
          precision: interval(0, 0, 0),
          recall: interval(0, 0, 0),
          mcc: interval(0, 0, 0),
        },
        gain: interval(0.3459, 0.3271, 0.3642),
        confusion: {
          classes: ['No', 'Yes'],
          counts: [
            [932, 103],
            [171, 203],
          ],
        },
        residuals: null,
        importance: columns.map((column, i) => {
          const mean = 0.0612 * 0.68 ** i - (i > 13 ? 0.0004 * (i - 13) : 0);
          const half = 0.0015 + mean * 0.18;
          return { column, mean, low: mean - half, high: mean + half };
        }),
      },
    },
    change,
  );
}

/** 26 classes. */
function lettersRun(): RunOutcome {
  const random = new Random(26);
  const classes = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const counts = classes.map((_, actual) => {
    const row = classes.map(() => (random.uniform() < 0.12 ? random.integer(4) : 0));
    row[actual] = 138 + random.integer(20);
    return row;
  });
  counts[7][10] = 12; // H taken for K
  counts[8][9] = 9; // I taken for J
  return runOf({
    task: 'multiclass',
    metric: 'log_loss',
    target: 'lettr',
    classes,
    dataset: { name: 'letterrecognition.csv', rows: 20000, columns: 17 },
    holdoutRows: 4000,
    spread: 0.01,
    families: [
      { family: 'baseline', trials: 1, score: 3.258, loss: 3.258, firstLoss: 3.258, steps: 1, seconds: 0.05 },
      { family: 'linear', trials: 4, score: 0.842, loss: 0.84, firstLoss: 3.25, steps: 100, seconds: 12.2 },
      { family: 'gbdt', trials: 10, score: 0.1412, loss: 0.141, firstLoss: 2.9, steps: 300, seconds: 41 },
      { family: 'mlp', trials: 8, score: 0.152, loss: 0.152, firstLoss: 2.4, steps: 60, seconds: 37.5 },
    ],
    judgement: {
      holdout: {
        log_loss: interval(0.139, 0.1263, 0.1521),
        accuracy: interval(0.9615, 0.9551, 0.967),
        balanced_accuracy: interval(0.9612, 0.9553, 0.967),
        f1: interval(0.9613, 0.9553, 0.9672),
        roc_auc: interval(0.9991, 0.9988, 0.9994),
        mcc: interval(0.96, 0.954, 0.966),
      },
      baseline: {
        log_loss: interval(3.258, 3.256, 3.26),
        accuracy: interval(0.041, 0.035, 0.048),
        balanced_accuracy: interval(0.0385, 0.0385, 0.0385),
        f1: interval(0.003, 0.002, 0.004),
        roc_auc: interval(0.5, 0.5, 0.5),
        mcc: interval(0, 0, 0),
      },
      gain: interval(3.119, 3.105, 3.132),
      confusion: { classes, counts },
      residuals: null,
      importance: Array.from({ length: 16 }, (_, i) => {
        const mean = 0.92 * 0.8 ** i;
        return { column: `x${i + 1}_box_edge_mean`, mean, low: mean * 0.9, high: mean * 1.1 };
      }),
    },
  });
}

/** House prices: large numbers, residuals, long and foreign column names. */
function amesRun(): RunOutcome {
  const random = new Random(7);
  const actual = Array.from({ length: 586 }, () => Math.round(Math.exp(11.98 + 0.4 * random.normal())));
  const predicted = actual.map((price) =>
    Math.round(178000 + 0.94 * (price - 178000) + price * 0.11 * random.normal()),
  );
  const names = [
    'Gr_Liv_Area',
    'Overall_Cond',
    'Neighborhood',
    'Total_Bsmt_SF',
    'Year_Built',
    'Garage_Cars',
  ].concat(
    'Größe der Wohnfläche über dem Erdgeschoss (einschließlich Anbauten)',
    'Площадь_гаража',
    'Ποιότητα κουζίνας',
    ['Lot_Area', 'Fireplaces', 'Full_Bath', 'Exter_Qual', 'Bsmt_Exposure', 'Mas_Vnr_Area', 'Lot_Frontage'],
  );
  return runOf({
    task: 'regression',
    metric: 'rmse',
    target: 'Sale_Price',
    classes: [],
    dataset: { name: 'ames.csv', rows: 2930, columns: 74 },
    holdoutRows: 586,
    spread: 900,
    families: [
      {
        family: 'baseline',
        trials: 1,
        score: 79800,
        loss: 6.37e9,
        firstLoss: 6.37e9,
        steps: 1,
        seconds: 0.02,
      },
      { family: 'linear', trials: 5, score: 27940, loss: 7.8e8, firstLoss: 3.1e9, steps: 25, seconds: 3.1 },
      { family: 'gbdt', trials: 10, score: 24120, loss: 5.8e8, firstLoss: 5.6e9, steps: 420, seconds: 6.4 },
      { family: 'mlp', trials: 5, score: 28600, loss: 8.2e8, firstLoss: 3.2e10, steps: 80, seconds: 9.3 },
    ],
    judgement: {
      holdout: {
        rmse: interval(23912, 21004, 26990),
        mae: interval(15012, 13790, 16350),
        median_absolute_error: interval(9871, 8950, 10920),
        r2: interval(0.9082, 0.882, 0.931),
      },
      baseline: {
        rmse: interval(79133, 73010, 85400),
        mae: interval(58102, 54010, 62200),
        median_absolute_error: interval(44210, 40900, 48000),
        r2: interval(-0.0004, -0.004, 0),
      },
      gain: interval(55221, 49300, 61500),
      confusion: null,
      residuals: { actual, predicted },
      importance: names.map((column, i) => {
        const mean = 13200 * 0.75 ** i;
        return { column, mean, low: mean - 260 - mean * 0.1, high: mean + 260 + mean * 0.1 };
      }),
    },
  });
}

export const telcoReport = (change: Partial<RunOutcome> = {}): Report => assembleReport(telcoRun(change));
/** Two trials as one, ahead of the best one alone. */
export function ensembleReport(change: Partial<EnsembleJudgement> = {}): Report {
  const run = telcoRun();
  const linear = run.specs.find((spec) => spec.family === 'linear') as TrialSpec;
  const ensemble: EnsembleJudgement = {
    members: [
      { trial: run.winner.number, family: 'gbdt', weight: 0.6 },
      { trial: linear.number, family: 'linear', weight: 0.4 },
    ],
    kept: true,
    stacked: false,
    score: interval(0.8521, 0.8392, 0.8646),
    outOfFoldGain: interval(0.0024, 0.0009, 0.0041),
    holdoutGain: interval(0.0018, -0.0008, 0.0045),
    candidates: 25,
    ...change,
  };
  return telcoReport({ judgement: { ...run.judgement, ensemble } });
}
export const lettersReport = (): Report => assembleReport(lettersRun());
export const amesReport = (): Report => assembleReport(amesRun());

function runOf(shape: RunShape, change: Partial<RunOutcome> = {}): RunOutcome {
  const random = new Random(1);
  const specs: TrialSpec[] = [];
  const trials: TrialResult[] = [];
  const rounds = Math.max(...shape.families.map((family) => family.trials));
  for (let round = 0; round < rounds; round++) {
    for (const family of shape.families) {
      if (round >= family.trials) continue;
      const number = specs.length;
      const parameters =
        family.family === 'baseline'
          ? {}
          : { learning_rate: 0.02 + 0.2 * random.uniform(), depth: 2 + random.integer(8) };
      specs.push({
        number,
        family: family.family,
        parameters,
        origin: round === 0 ? 'default' : 'sampled',
        seed: number,
      });
      trials.push(trialOf(shape, family, number, round, random));
    }
  }
  const down = ['log_loss', 'rmse', 'mae'].includes(shape.metric);
  const best = trials.reduce((a, b) =>
    (down ? (b.score as number) < (a.score as number) : (b.score as number) > (a.score as number)) ? b : a,
  );
  const record = recordOf(shape, specs);
  return {
    run: {
      id: record.id,
      number: 12,
      queuedAt: '2025-03-04T10:00:00.000Z',
      startedAt: '2025-03-04T10:00:01.000Z',
      endedAt: '2025-03-04T10:01:13.000Z',
    },
    record,
    winner: specs[best.number],
    judgement: {
      holdoutRows: shape.holdoutRows,
      trainingRows: shape.dataset.rows - shape.holdoutRows,
      droppedRows: 0,
      shippedRows: shape.dataset.rows,
      ensemble: null,
      threshold: null,
      curve: [],
      bestStep: 100,
      seconds: 1.4,
      cpuSeconds: 1.5,
      ...shape.judgement,
    },
    specs,
    trials,
    wallSeconds: 72.4,
    peakMemoryMb: 512.4,
    cutShort: null,
    ...change,
  };
}

function trialOf(
  shape: RunShape,
  family: FamilyShape,
  number: number,
  round: number,
  random: Random,
): TrialResult {
  const worse = ['log_loss', 'rmse', 'mae'].includes(shape.metric) ? 1 : -1;
  const baseline = family.family === 'baseline';
  const setback =
    baseline || round === Math.min(4, family.trials - 1)
      ? 0
      : shape.spread * (0.4 + 2.2 * random.uniform() ** 2);
  const disaster = !baseline && round === 2 ? shape.spread * 9 : 0;
  const trialScore = family.score + worse * (setback + disaster);
  const folds = Array.from({ length: FOLDS }, (_, fold): FoldResult => {
    const foldEffect = baseline ? 0 : shape.spread * (0.9 * Math.sin(fold * 2.4) + 0.25 * random.normal());
    const curve = curveOf(family, fold, random);
    return {
      fold,
      scores: { [shape.metric]: trialScore + foldEffect },
      bestStep: curve.reduce((best, point) =>
        (point.validationLoss ?? 0) < (best.validationLoss ?? 0) ? point : best,
      ).step,
      curve,
      fitSeconds: family.seconds / FOLDS,
      rowsTrained: Math.round(shape.dataset.rows * 0.64),
      rowsJudged: Math.round(shape.dataset.rows * 0.16),
    };
  });
  const score = folds.reduce((sum, fold) => sum + (fold.scores[shape.metric] as number), 0) / FOLDS;
  const seconds = family.seconds * (0.8 + 0.4 * random.uniform());
  return {
    number,
    state: 'complete',
    reason: `all ${FOLDS} folds scored`,
    folds,
    score,
    seconds,
    cpuSeconds: seconds,
  };
}

function curveOf(family: FamilyShape, fold: number, random: Random): FoldResult['curve'] {
  if (family.steps === 1) return [{ step: 1, trainLoss: family.loss, validationLoss: family.loss }];
  const last = Math.round(family.steps * (1 + 0.04 * fold));
  const stride = Math.ceil(last / 200);
  const points: FoldResult['curve'] = [];
  for (let step = 1; step <= last; step += stride) {
    const progress = step / family.steps;
    const fall = Math.exp(-9 * progress);
    const noise = 1 + 0.004 * random.normal();
    const rise = (family.overfit ?? 0) * Math.max(0, progress - 0.7) * 3;
    points.push({
      step,
      trainLoss: (family.loss * (0.97 - 0.12 * progress) + (family.firstLoss - family.loss) * fall) * noise,
      validationLoss: (family.loss + (family.firstLoss - family.loss) * fall + family.loss * rise) * noise,
    });
  }
  return points;
}

function recordOf(shape: RunShape, specs: readonly TrialSpec[]): PlanRecord {
  const experiment: Experiment = {
    target: shape.target,
    task: shape.task,
    classes: [...shape.classes],
    positiveClass: shape.task === 'binary' ? shape.classes[1] : null,
    features: shape.judgement.importance.map((one) => one.column),
    metric: shape.metric,
    split: { kind: 'stratified' },
    holdoutFraction: 0.2,
    folds: FOLDS,
    finish: 'ensemble',
    members: 8,
    refit: 'all',
    seed: 1,
  };
  const space: SearchSpace = {
    learning_rate: { kind: 'float', low: 0.02, high: 0.22, log: true },
    depth: { kind: 'int', low: 2, high: 9, log: false },
  };
  const plan: Plan = {
    format: 1,
    goal: `predict ${shape.target}`,
    dataset: { hash: 'ab12cd34'.repeat(8), ...shape.dataset },
    experiment,
    dropped: [],
    candidates: shape.families.map(({ family }) => ({
      family,
      trials: specs.filter((spec) => spec.family === family).length,
      defaults: [{}],
      space: family === 'baseline' ? {} : space,
      reason: 'worth trying',
    })),
    sampler: 'random',
    pruner: 'none',
    reasons: [],
    budget: { seconds: 90, threads: 2 },
    estimate: {
      seconds: 65,
      lowSeconds: 50,
      highSeconds: 85,
      memoryMb: 600,
      finishSeconds: 5,
      calibration: { costs: [], judgingSeconds: 1, seconds: 2 },
    },
    versions: { modelwright: '0.1.0', node: '20.20.0' },
  };
  return {
    id: '0123456789abcdef',
    threadId: 'T1-C1-1.1',
    version: 1,
    hash: 'feedface'.repeat(8),
    plan,
    status: 'approved',
    proposedAt: '2025-03-04T09:59:00.000Z',
    decision: { by: 'U2', at: '2025-03-04T10:00:00.000Z', reason: null },
  };
}
