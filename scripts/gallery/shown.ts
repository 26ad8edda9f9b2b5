/** Which runs the gallery is made from, and which question each of their pictures answers. */
import type { DataQuestion } from '../../src/profile/data-question.ts';
import type { ClaimCheck } from '../../src/report/claim-check.ts';
import type { RequirementsChange } from '../../src/requirements/requirements.ts';

export interface ShownRun {
  readonly name: string;
  /** Of `examples/data`. */
  readonly file: string;
  readonly target: string;
  readonly heading: string;
  readonly requirements: RequirementsChange;
  /** What somebody asks about the data before the run, and what they say of a model that they have. */
  readonly asked?: { readonly title: string; readonly question: DataQuestion };
  readonly claim?: Pick<ClaimCheck, 'metric' | 'wanted' | 'testRows'> & { readonly score: number };
  /** Pictures by the name of their file, in the order of the page. */
  readonly questions: Readonly<Record<string, string>>;
}

/** Every kind of picture is shown once or more, where it has most to say. */
export const SHOWN: readonly ShownRun[] = [
  {
    name: 'churn',
    file: 'telco_churn.csv',
    target: 'churn',
    heading: 'Two classes: which customers leave',
    requirements: {
      budgetSeconds: 240,
      sensitive: ['female', 'senior_citizen'],
      costs: { falseAlarm: 50, missed: 200 },
    },
    asked: {
      title: 'Who leaves, by contract',
      question: {
        measures: [{ what: 'share', column: 'churn', value: 'Yes' }, { what: 'rows' }],
        groups: [{ column: 'contract' }],
      },
    },
    claim: { metric: 'accuracy', score: 0.8, wanted: 0.85, testRows: 500 },
    questions: {
      'profile.png': 'What is in the data, and what is wrong with it?',
      'answer.png': 'How does the outcome differ between groups of the data?',
      'claim.png': 'Somebody has 80% and wants 85%: is that known, and is it in this data?',
      'metrics.png': 'How good is the model, how sure is that, and what would no model at all get?',
      'leaderboard.png': 'Which models were tried, and which of them are better for certain?',
      'trial-history.png': 'Did the search still find better settings when it ended?',
      'training-curves.png': 'Did each model learn enough, and when did it begin to learn by heart?',
      'confusion-matrix.png': 'Which mistakes does it make?',
      'importance.png': 'Which columns does it lean on?',
      'effects.png': 'What do columns do to single predictions, and in which direction?',
      'dependence.png': 'How does the prediction move when one column changes?',
      'row.png': 'Why was this one customer predicted so?',
      'errors.png': 'Where is it wrong more often than elsewhere?',
      'fairness.png': 'Are groups of people treated alike?',
      'calibration.png': 'Do the probabilities mean what they say?',
      'ranking.png': 'How well does it put the likeliest first?',
      'threshold-cost.png': 'From which probability on should one act, if mistakes cost what they cost?',
      'ablation.png': 'What is each part of the model worth?',
      'learning.png': 'Would more rows help?',
    },
  },
  {
    name: 'corrected',
    file: 'telco_churn.csv',
    target: 'churn',
    heading: 'Probabilities that are corrected: naive Bayes, which exaggerates',
    requirements: { budgetSeconds: 60, families: ['naive_bayes'], finish: 'single' },
    questions: {
      'calibration.png': 'What did the correction change?',
    },
  },
  {
    name: 'species',
    file: 'penguins.csv',
    target: 'species',
    heading: 'Several classes: which penguin it is',
    requirements: { budgetSeconds: 120 },
    questions: {
      'profile.png': 'What is in the data when there are three classes and missing values?',
      'metrics.png': 'How good is it over all classes together?',
      'confusion-matrix.png': 'Which classes are taken for which?',
      'effects.png': 'What speaks for the class that was chosen?',
      'dependence.png': 'How do the probabilities of the classes shift along a column?',
    },
  },
  {
    name: 'houses',
    file: 'ames.csv',
    target: 'Sale_Price',
    heading: 'A number: what a house sells for',
    requirements: { budgetSeconds: 120 },
    questions: {
      'metrics.png': 'How far off is it, in the unit of the target?',
      'residuals.png': 'Is it off more for some values, or in one direction?',
      'effects.png': 'What makes a house dear or cheap in the eyes of the model?',
      'errors.png': 'For which houses is it off by most?',
      'stability.png': 'How much of the score is luck of the draw?',
      'trial-history.png': 'How did families of models do, trial by trial?',
      'settings.png': 'Which combinations of settings were good?',
      'slices.png': 'Which single setting made the difference?',
    },
  },
  {
    name: 'ridership',
    file: 'ridership.csv',
    target: 'ridership',
    heading: 'Values to come: passengers of the next two weeks',
    requirements: {
      budgetSeconds: 120,
      forecast: { horizon: { count: 14, unit: 'day' }, time: null, series: null, insists: true },
    },
    questions: {
      'profile.png': 'What does the series look like as data?',
      'forecast.png': 'What comes next, how sure is that, and how good were earlier forecasts?',
      'metrics.png': 'Is it better than repeating the last season?',
    },
  },
  {
    name: 'digits',
    file: 'digits_8x8.csv',
    target: 'digit',
    heading: 'Pictures: handwritten digits',
    requirements: { budgetSeconds: 240 },
    questions: {
      'profile.png': 'What do the pictures of each class look like?',
      'variants.png': 'Which changes keep what a picture shows, so that models may learn from them?',
      'confusion-matrix.png': 'Which digits are taken for which?',
      'training-curves.png': 'How did networks and trees learn?',
    },
  },
];
