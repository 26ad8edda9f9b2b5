import { describe, expect, it } from 'vitest';
import type { DataAnswer } from '../../src/profile/data-question.ts';
import { answerPicture } from '../../src/report/charts/answer-picture.ts';
import { renderScene } from '../../src/report/charts/render.ts';
import { COLOUR } from '../../src/report/charts/theme.ts';

const ANSWER: DataAnswer = {
  columns: ['contract', 'mean of charges', 'rows'],
  nGroups: 1,
  shares: [],
  rows: [
    ['monthly', 87.0214, 2128],
    [null, -12.3, 40],
  ],
  rowsMeant: 7043,
  moreGroups: 3,
  groupsTooSmall: 1,
};

const textsOf = (answer: DataAnswer) =>
  answerPicture('Charges', answer).scene.shapes.flatMap((shape) =>
    shape.kind === 'text' ? [shape.text] : [],
  );
const barsOf = (answer: DataAnswer) =>
  answerPicture('Charges', answer).scene.shapes.filter((shape) => shape.kind === 'rect').length;

describe('the picture of an answer', () => {
  it('says what was asked, every value, and what is not shown', () => {
    expect(textsOf(ANSWER)).toEqual(
      expect.arrayContaining(['Charges', 'monthly', '87.02', '2,128', '(missing)', '-12.3', '40']),
    );
    expect(textsOf(ANSWER).join(' ')).toMatch(
      /3 more groups not shown\. 1 group of very few rows not told\./,
    );
    expect(answerPicture('Charges', ANSWER).altText).toBe(
      'Charges. monthly, 87.02, 2,128; (missing), -12.3, 40.',
    );
  });

  it('says shares in percent', () => {
    const shares = { ...ANSWER, columns: ['contract', 'share of churn = Yes'], shares: [1] };
    const answer = {
      ...shares,
      rows: [
        ['monthly', 0.4271],
        ['yearly', 0],
        [null, null],
      ],
    };
    expect(textsOf(answer)).toEqual(expect.arrayContaining(['42.7%', '0%', '(missing)']));
    expect(answerPicture('Churn', answer).altText).toBe(
      'Churn. monthly, 42.7%; yearly, 0%; (missing), (missing).',
    );
  });

  it('draws nothing on the track of a group whose value is 0', () => {
    const answer = {
      ...ANSWER,
      rows: [
        ['monthly', 5, 10],
        ['yearly', 0, 10],
      ],
    };
    const filled = answerPicture('Charges', answer).scene.shapes.filter(
      (shape) => shape.kind === 'rect' && shape.fill !== COLOUR.track,
    );
    expect(filled).toHaveLength(1);
  });

  it('has a bar for each group and none without groups', () => {
    const single = { ...ANSWER, nGroups: 0, columns: ['rows'], rows: [[7043]] };
    expect(barsOf(ANSWER)).toBeGreaterThanOrEqual(2);
    expect(barsOf(single)).toBe(0);
  });

  it('shows at most thirty groups and can be drawn', async () => {
    const many = { ...ANSWER, rows: Array.from({ length: 50 }, (_, i) => [`group ${i}`, i, 10]) };
    expect(textsOf(many)).toContain('group 29');
    expect(textsOf(many)).not.toContain('group 30');
    expect((await renderScene(answerPicture('Charges', many).scene)).length).toBeGreaterThan(1000);
  });
});
