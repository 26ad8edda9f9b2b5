/** A table of pixels goes through profile, portfolio and trial as an image, empty corners included. */
import { describe, expect, it } from 'vitest';
import { imageOfFeatures, picturesIn } from '../../../src/ml/data/image-features.ts';
import type { Table } from '../../../src/ml/data/table.ts';
import { Random } from '../../../src/ml/random.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { portfolioFor, traitsOf } from '../../../src/ml/tuning/portfolio.ts';
import { profileTable } from '../../../src/profile/profile-table.ts';
import { profileTarget } from '../../../src/profile/profile-target.ts';
import { countingClock, quickSpec, shopExperiment } from './small-experiment.ts';

/** Bars that lie or stand, in the upper left 5 × 5 of 6 × 6 pixels; the rest is always dark. */
function barTable(nRows: number): Table {
  const random = new Random(4);
  const codes = Int32Array.from({ length: nRows }, (_, i) => i % 2);
  const pixels = Array.from({ length: 36 }, () => new Float64Array(nRows));
  codes.forEach((stands, i) => {
    for (let j = 0; j < 36; j++) {
      if (j % 6 < 5 && j < 30) pixels[j][i] = random.integer(40);
    }
    const [y, x] = [random.integer(stands ? 3 : 5), random.integer(stands ? 5 : 3)];
    for (let k = 0; k < 3; k++) pixels[(y + (stands ? k : 0)) * 6 + x + (stands ? 0 : k)][i] += 200;
  });
  const all = new Uint8Array(nRows).fill(1);
  return {
    nRows,
    columns: [
      ...pixels.map((values, j) => ({
        name: `pixel_${Math.floor(j / 6)}_${j % 6}`,
        type: 'numeric' as const,
        valid: all,
        values,
      })),
      { name: 'leaves', type: 'categorical', valid: all, codes, categories: ['no', 'yes'] },
    ],
  };
}

describe('a table of pixels', () => {
  const table = barTable(240);
  const names = table.columns.slice(0, -1).map(({ name }) => name);

  it('keeps its empty corners', () => {
    const { useless } = profileTarget(table, profileTable(table), 'leaves');
    expect(useless).toEqual([]);
  });

  it('is read as an image by a trial', async () => {
    const image = imageOfFeatures(picturesIn(table), names, table.nRows);
    expect(image).toMatchObject({ height: 6, width: 6, channels: 1 });
    const experiment = shopExperiment('binary', { features: names });
    const traits = { ...traitsOf(experiment, table.columns, table.nRows), image };
    const [setting = {}] = portfolioFor('cnn', traits).defaults;
    const parameters = {
      ...setting,
      maxSteps: 10,
      filters: 8,
      hiddenUnits: 16,
      batchSize: 16,
      learningRate: 0.01,
    };
    const spec = quickSpec('cnn', { parameters });
    const result = await evaluateTrial(table, experiment, spec, { clock: countingClock() });
    expect(result.state).toBe('complete');
    expect(result.score).toBeGreaterThan(0.95);
  });

  it('fails as a trial where the image has another size', async () => {
    const experiment = shopExperiment('binary', { features: names.slice(1) });
    const spec = quickSpec('cnn', { parameters: { height: 6, width: 6, maxSteps: 1 } });
    const result = await evaluateTrial(table, experiment, spec, { clock: countingClock() });
    expect(result.state).toBe('failed');
    expect(result.reason).toContain('6 × 6');
  });
});
