/** Against stored values of scikit-learn (test/oracles/ORIGIN.md). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { murmur3 } from '../../../src/ml/preprocessing/murmur3.ts';
import { fitPowerTransform, powerTransform } from '../../../src/ml/preprocessing/power-transform.ts';
import { fitQuantileTransform, quantileTransform } from '../../../src/ml/preprocessing/quantile-transform.ts';
import { CLIP } from '../../../src/ml/preprocessing/scale.ts';
import type { Smoothing } from '../../../src/ml/preprocessing/target-encoding.ts';
import {
  encodeTargetMeans,
  fitTargetEncoder,
  outcomesOf,
  placesOf,
} from '../../../src/ml/preprocessing/target-encoding.ts';
import { encodeTfIdf, fitTfIdf } from '../../../src/ml/preprocessing/tf-idf.ts';
import { allRows, categorical, text } from './columns.ts';

function casesOf<T>(name: string): T[] {
  const url = new URL(`../../oracles/preprocessing/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')).cases;
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i] - expected[i]), `place ${i}: ${actual[i]}, ${expected[i]}`).toBeLessThan(
      tolerance,
    );
  }
}

interface TargetCase {
  classes: string[];
  smoothing: Smoothing;
  categories: string[];
  target: number[];
  shown: string[];
  encoded: number[][];
}

describe('the target encoder', () => {
  it.each(casesOf<TargetCase>('target-encoding'))(
    'equals TargetEncoder ($classes, smoothing $smoothing)',
    (known) => {
      const column = categorical('city', ...known.categories);
      const rows = allRows(known.categories.length);
      const { categories } = column as Extract<typeof column, { type: 'categorical' | 'id' }>;
      const codes = placesOf(column as never, categories, rows);
      const outcomes = outcomesOf(Float64Array.from(known.target), known.classes, 'y');
      const encoder = fitTargetEncoder(categories, codes, outcomes, known.smoothing);
      const shown = categorical('city', ...known.shown);
      const encoded = encodeTargetMeans(encoder, shown as never, allRows(known.shown.length));
      expect(encoded.length).toBe(known.encoded.length);
      encoded.forEach((values, k) => {
        expectClose(values, known.encoded[k], 1e-12);
      });
    },
  );
});

interface QuantileCase {
  name: string;
  maxQuantiles: number;
  values: number[];
  shown: number[];
  transformed: number[];
}

describe('the quantile transform', () => {
  it.each(casesOf<QuantileCase>('quantile-transform'))(
    'equals QuantileTransformer ($name, $maxQuantiles)',
    (known) => {
      const transform = fitQuantileTransform(Float64Array.from(known.values).sort(), known.maxQuantiles);
      expectClose(quantileTransform(transform, Float64Array.from(known.shown)), known.transformed, 1e-6);
    },
  );
});

interface PowerCase {
  name: string;
  values: number[];
  lambda: number;
  transformed: number[];
}

describe('the power transform', () => {
  it.each(casesOf<PowerCase>('power-transform'))('equals PowerTransformer ($name)', (known) => {
    const values = Float64Array.from(known.values);
    const transform = fitPowerTransform(values.toSorted());
    expect(transform.lambda).toBeCloseTo(known.lambda, 5);
    const clipped = known.transformed.map((value) => Math.max(-CLIP, Math.min(CLIP, value)));
    expectClose(powerTransform(transform, values), clipped, 1e-5);
  });
});

interface TextCase {
  ngrams: 'words' | 'characters';
  texts: string[];
  weights: Record<string, number[]>;
}

describe('TF-IDF', () => {
  it.each(casesOf<TextCase>('tf-idf'))('equals TfidfVectorizer ($ngrams)', ({ ngrams, texts, weights }) => {
    const column = text('t', ...texts) as never;
    const rows = allRows(texts.length);
    const encoder = fitTfIdf(column, rows, { ngrams, minRows: 1, maxTerms: 10_000 });
    expect([...encoder.terms].sort()).toEqual(Object.keys(weights).sort());
    encodeTfIdf(encoder, column, rows).forEach((values, j) => {
      expectClose(values, weights[encoder.terms[j]], 1e-12);
    });
  });
});

describe('murmur3', () => {
  it.each(casesOf<{ text: string; hash: number }>('murmur3'))('equals murmurhash3_32 of "$text"', (known) => {
    expect(murmur3(known.text)).toBe(known.hash);
  });
});
