import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gapIntervals } from '../../../src/ml/fairness/gap-intervals.ts';
import { countGroups, gapsOf, rowsOf } from '../../../src/ml/fairness/group-rates.ts';
import { selectAtOneRate } from '../../../src/ml/fairness/group-thresholds.ts';
import { seemsSensitive } from '../../../src/ml/fairness/suggest-sensitive.ts';
import { Random } from '../../../src/ml/random.ts';

const HMDA = '../shared/data/hmda.csv';

describe('gaps between groups', () => {
  it('are those of the definitions on a table by hand', () => {
    // Group 0: 2 of 4 selected, 1 of 2 positives found, 1 of 2 negatives taken. Group 1: 1 of 5, 1 of 1, 0 of 4.
    const groups = countGroups(
      Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 1),
      2,
      Float64Array.of(1, 1, 0, 0, 1, 0, 0, 0, 0),
      Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.1, 0.1, 0.1, 0.1),
      Uint8Array.of(1, 0, 1, 0, 1, 0, 0, 0, 0),
    );
    expect(groups[0]).toMatchObject({
      foundPositive: 1,
      missedPositive: 1,
      falsePositive: 1,
      trueNegative: 1,
    });
    expect(groups[1]?.probability).toBeCloseTo(1.1, 12);
    const gaps = gapsOf(groups);
    expect(gaps.parityDifference).toBeCloseTo(0.5 - 0.2, 12);
    expect(gaps.parityRatio).toBeCloseTo(0.2 / 0.5, 12);
    expect(gaps.oddsDifference).toBeCloseTo(0.5, 12);
  });

  it('are none where nobody is selected, and say nothing of rates that a group does not have', () => {
    const none = { foundPositive: 0, missedPositive: 0, falsePositive: 0, trueNegative: 40 };
    const some = { foundPositive: 0, missedPositive: 10, falsePositive: 0, trueNegative: 30 };
    expect(gapsOf([none, some])).toEqual({ parityDifference: 0, parityRatio: 1, oddsDifference: 0 });
  });

  it('have intervals that hold the true gap about as often as they say', () => {
    let held = 0;
    const draws = 120;
    for (let draw = 0; draw < draws; draw++) {
      const random = new Random(draw).derive('truth');
      const groups = [0.3, 0.5].map((share) => {
        const out = { foundPositive: 0, missedPositive: 0, falsePositive: 0, trueNegative: 0 };
        for (let i = 0; i < 200; i++) {
          const selected = random.uniform() < share;
          if (random.uniform() < 0.4) selected ? out.foundPositive++ : out.missedPositive++;
          else selected ? out.falsePositive++ : out.trueNegative++;
        }
        return out;
      });
      const { parityDifference } = gapIntervals(groups, new Random(draw));
      if (parityDifference.low <= 0.2 && 0.2 <= parityDifference.high) held++;
    }
    expect(held / draws).toBeGreaterThan(0.88);
    expect(held / draws).toBeLessThanOrEqual(1);
  });

  it('are not surely wide among many small groups that are treated alike', () => {
    let [alarms, held] = [0, 0];
    const draws = 200;
    for (let draw = 0; draw < draws; draw++) {
      const random = new Random(draw).derive('alike');
      const groups = Array.from({ length: 6 }, () => {
        const out = { foundPositive: 0, missedPositive: 0, falsePositive: 0, trueNegative: 0 };
        for (let i = 0; i < 50; i++) {
          const selected = random.uniform() < 0.3;
          if (random.uniform() < 0.4) selected ? out.foundPositive++ : out.missedPositive++;
          else selected ? out.falsePositive++ : out.trueNegative++;
        }
        return out;
      });
      const { parityRatio, parityDifference, oddsDifference } = gapIntervals(groups, new Random(draw));
      if (parityRatio.high < 0.8) alarms++;
      if (parityDifference.low <= 0 && oddsDifference.low <= 0) held++;
    }
    expect(alarms / draws).toBeLessThan(0.05);
    expect(held / draws).toBeGreaterThan(0.85);
  });

  it.skipIf(!existsSync(HMDA))('are those of the definitions on mortgage decisions', () => {
    // Whoever has a high ratio of payments to income, or a bad public record, is taken for denied.
    const [head = '', ...lines] = readFileSync(HMDA, 'utf8').trim().split('\n');
    const names = head.replaceAll('"', '').split(',');
    const rows = lines.map((line) => line.replaceAll('"', '').split(','));
    const cell = (row: readonly string[], name: string) => row[names.indexOf(name)] ?? '';
    const of = Int32Array.from(rows, (row) => Number(cell(row, 'afam') === 'yes'));
    const truth = Float64Array.from(rows, (row) => Number(cell(row, 'deny') === 'yes'));
    const selected = Uint8Array.from(rows, (row) =>
      Number(Number(cell(row, 'pirat')) > 0.4 || cell(row, 'phist') === 'yes'),
    );
    const counts = countGroups(of, 2, truth, Float64Array.from(selected), selected);
    // The naive twin: means over filtered rows, as numpy and fairlearn take them.
    const mean = (keep: (i: number) => boolean) => {
      const kept = [...selected].filter((_, i) => keep(i));
      return kept.reduce((sum, one) => sum + one, 0) / kept.length;
    };
    const rates = [0, 1].map((group) => ({
      selection: mean((i) => of[i] === group),
      found: mean((i) => of[i] === group && truth[i] === 1),
      wrongly: mean((i) => of[i] === group && truth[i] === 0),
    }));
    const [a, b] = rates as [(typeof rates)[0], (typeof rates)[0]];
    const gaps = gapsOf(counts);
    expect(counts.map(rowsOf)).toEqual([2041, 339]);
    expect(gaps.parityDifference).toBeCloseTo(Math.abs(a.selection - b.selection), 12);
    expect(gaps.parityRatio).toBeCloseTo(
      Math.min(a.selection, b.selection) / Math.max(a.selection, b.selection),
      12,
    );
    expect(gaps.oddsDifference).toBeCloseTo(
      Math.max(Math.abs(a.found - b.found), Math.abs(a.wrongly - b.wrongly)),
      12,
    );
    expect(gaps.parityRatio).toBeLessThan(0.8);
  });
});

describe('one rate for all groups', () => {
  const random = new Random(3);
  const of = Int32Array.from({ length: 1000 }, (_, i) => Number(i >= 600));
  const probability = Float64Array.from(of, (group) =>
    Math.min(1, random.uniform() * (group ? 0.9 : 0.5) + 0.05),
  );
  const selected = Uint8Array.from(probability, (p) => Number(p >= 0.5));
  const shareOf = (taken: Uint8Array, group: number) => {
    const own = taken.filter((_, i) => of[i] === group);
    return own.reduce((sum, one) => sum + one, 0) / own.length;
  };

  it('is reached in every group that is large enough, on rows that did not choose the cut-off', () => {
    const taken = selectAtOneRate(of, [true, true], probability, selected, 0.3, new Random(1));
    expect(shareOf(taken, 0)).toBeCloseTo(0.3, 1);
    expect(shareOf(taken, 1)).toBeCloseTo(0.3, 1);
    expect(Math.abs(shareOf(selected, 0) - shareOf(selected, 1))).toBeGreaterThan(0.3);
  });

  it('leaves small groups as they are, and comes out the same a second time', () => {
    const once = selectAtOneRate(of, [true, false], probability, selected, 0.3, new Random(1));
    expect(shareOf(once, 1)).toBe(shareOf(selected, 1));
    expect(selectAtOneRate(of, [true, false], probability, selected, 0.3, new Random(1))).toEqual(once);
  });
});

describe('what seems sensitive', () => {
  it.each([
    ['gender', ['Female', 'Male']],
    ['afam', ['no', 'yes']],
    ['SeniorCitizen', ['0', '1']],
    ['applicant_race', ['white', 'black']],
    ['group', ['Male', 'Female']],
    ['Age', []],
  ])('%s with values %j', (name, values) => {
    expect(seemsSensitive(name, values)).toBe(true);
  });

  it.each([
    ['contract', ['month-to-month', 'one year']],
    ['mileage', []],
    ['message_count', []],
    ['trace', ['a']],
    ['colour', ['white', 'red', 'green']],
  ])('not %s with values %j', (name, values) => {
    expect(seemsSensitive(name, values)).toBe(false);
  });
});
