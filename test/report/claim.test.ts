import { describe, expect, it } from 'vitest';
import type { ClaimFindings } from '../../src/ml/claim.ts';
import { claimPicture } from '../../src/report/charts/claim-picture.ts';
import { type ClaimCheck, estimatedCeiling, roomFor, usualLeastGain } from '../../src/report/claim-check.ts';
import { answerClaim } from '../../src/report/claim-words.ts';

const at = (value: number, half = 0.01) => ({ value, low: value - half, high: value + half });
/** As measured on a churn table: unlike models tied at 80%, a flat curve. */
const FLAT: ClaimFindings = {
  task: 'binary',
  metric: 'accuracy',
  rows: 5634,
  baseline: 0.735,
  quick: [
    { family: 'gbdt', score: at(0.802) },
    { family: 'linear', score: at(0.801) },
  ],
  lead: at(0.001),
  curve: [
    { rows: 563, score: at(0.794) },
    { rows: 1127, score: at(0.795) },
    { rows: 4507, score: at(0.802) },
  ],
  ahead: [{ times: 4, score: at(0.806) }],
  lastDoubling: { value: 0.001, low: -0.01, high: 0.012 },
  promised: 0.804,
  labels: { suspected: 0.1, floor: { value: 0.007, low: 0.002, high: 0.02 }, conflicting: 0, lost: 0 },
};
const CHECK: ClaimCheck = {
  ...{ target: 'churn', task: 'binary', metric: 'accuracy', score: 0.85, wanted: 0.9, testRows: null },
  ...{ leastGain: 0.01, holdoutRows: 1409, findings: FLAT, problem: null, uploaded: null },
};
const answersOf = (check: ClaimCheck) => new Map(answerClaim(check).map((one) => [one.question, one.answer]));

describe('roomFor', () => {
  it.each([
    ['reached', 0.78, FLAT],
    ['tuning', 0.81, FLAT],
    ['columns', 0.9, FLAT],
    ['rows', 0.9, { ...FLAT, ahead: [{ times: 4, score: at(0.91) }], lastDoubling: at(0.03) }],
    // a rise that may be chance promises nothing
    ['columns', 0.9, { ...FLAT, ahead: [{ times: 4, score: at(0.91) }] }],
    ['labels', 0.9, { ...FLAT, labels: { suspected: 0.2, floor: at(0.1), conflicting: 0, lost: 0 } }],
    ['labels', 0.9, { ...FLAT, labels: { suspected: 0, floor: null, conflicting: 0.2, lost: 0.08 } }],
  ] as const)('says %s of a wanted %d', (room, wanted, findings) => {
    expect(roomFor(wanted, findings as ClaimFindings)).toBe(room);
  });

  it('turns around for errors', () => {
    const errors: ClaimFindings = {
      ...FLAT,
      ...{ task: 'regression', metric: 'rmse', baseline: 10, quick: [{ family: 'gbdt', score: at(5, 1) }] },
      ...{
        ahead: [{ times: 4, score: at(3.5, 0.6) }],
        lastDoubling: at(0.5, 0.2),
        promised: null,
        labels: null,
      },
    };
    const rooms = [7, 4.5, 3, 1].map((wanted) => roomFor(wanted, errors));
    expect(rooms).toEqual(['reached', 'tuning', 'rows', 'columns']);
  });
});

describe('estimatedCeiling', () => {
  it('is dropped once a model has beaten it, and is none of other metrics', () => {
    expect(estimatedCeiling(FLAT)).toBe(0.804);
    expect(estimatedCeiling({ ...FLAT, promised: 0.8 })).toBeNull();
    expect(estimatedCeiling({ ...FLAT, metric: 'roc_auc' })).toBeNull();
  });
});

describe('answerClaim', () => {
  it('answers what a sceptic asks, in order', () => {
    const answers = answersOf(CHECK);
    expect([...answers.keys()]).toEqual([
      'Is 85.0% even known?',
      'How many test rows would prove 90.0%?',
      'Is there room in this data?',
      'What would most likely close the gap?',
    ]);
    expect(answers.get('Is 85.0% even known?')).toContain('79.4% to 89.3% on 200 rows');
    expect(answers.get('How many test rows would prove 90.0%?')).toMatch(/^About 281 .* 686 for each model/);
    expect(answers.get('Is there room in this data?')).toMatch(
      /^No sign of it: 90\.0% is most likely not in these columns/,
    );
    expect(answers.get('Is there room in this data?')).toContain('promise at most 80.4%: an estimate');
    expect(answers.get('What would most likely close the gap?')).toMatch(/^New columns/);
  });

  it('measures by Wilson where the number of test rows was said', () => {
    expect(answersOf({ ...CHECK, testRows: 1000 }).get('Is 85.0% even known?')).toContain(
      'from 82.7% to 87.1%',
    );
  });

  it('has no interval for other metrics without predictions, and asks for them', () => {
    const answer = answersOf({ ...CHECK, metric: 'roc_auc', findings: null }).get('Is 0.850 even known?');
    expect(answer).toContain('Upload');
  });

  it('gives a verdict with the candidates tried and the looks at the holdout', () => {
    const headToHead: NonNullable<NonNullable<ClaimCheck['uploaded']>['headToHead']> = {
      metric: 'accuracy',
      rows: 1409,
      ...{ ours: at(0.81), theirs: at(0.79), gain: at(0.02, 0.005), chance: 0.999, leastGain: 0.01 },
      verdict: 'better',
      decisions: { onlyOurs: 60, onlyTheirs: 32, p: 0.0047 },
    };
    const uploaded = {
      ...{ name: 'ours.csv', matched: 7043, unmatched: 0, score: at(0.79), headToHead },
      ...{ runNumber: 3, candidates: 17, looks: 2 },
    };
    const answer = answersOf({ ...CHECK, findings: null, uploaded }).get('Run 3 against your model');
    expect(answer).toMatch(/^Better\. On the same 1,409 held-out rows/);
    expect(answer).toContain('beyond the least useful gain, 1 percentage point');
    expect(answer).toContain('McNemar, exact p 0.005');
    expect(answer).toContain(
      'chosen from 17 trials without these rows, which 2 reports of this thread looked at',
    );
  });
});

describe('usualLeastGain', () => {
  it('is a point of a share, and a fiftieth of an error', () => {
    expect([usualLeastGain('accuracy', 0.8), usualLeastGain('rmse', 500)]).toEqual([0.01, 10]);
  });
});

describe('the picture of a claim', () => {
  const words = (check: ClaimCheck) =>
    claimPicture(check)?.scene.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : [])) ?? [];

  it('names the levels above the plot, where they cover no point', () => {
    const check = { ...CHECK, testRows: 500 };
    expect(words(check)).toEqual(
      expect.arrayContaining(['wanted 90.0%', 'yours, as said 85.0%', 'what 85.0% on 500 rows can mean']),
    );
    const chart = claimPicture(check)?.scene.shapes.find((shape) => shape.kind === 'chart');
    const annotations = Object.values(
      chart?.configuration.options?.plugins?.annotation?.annotations ?? {},
    ) as { type: string; label?: unknown }[];
    expect(annotations.map(({ type }) => type).sort()).toEqual(['box', 'line', 'line']);
    for (const annotation of annotations) expect(annotation).not.toHaveProperty('label');
  });

  it('names only what was said', () => {
    const said = words({ ...CHECK, score: null, wanted: null });
    expect(said.join(' ')).not.toMatch(/wanted|as said|can mean/);
  });
});
