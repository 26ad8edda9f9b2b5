import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createSentenceEncoder, type SentenceEncoder } from '../../../src/ml/neural/sentences/encoder.ts';
import { checkSentenceModel, type SentenceModel } from '../../../src/ml/neural/sentences/model.ts';
import { createPieceCutter } from '../../../src/ml/neural/sentences/pieces.ts';
import { findSentenceModel } from '../../../src/pretrained/sentence-model.ts';

interface Reference {
  readonly sentences: readonly { text: string; pieces: number[]; vector: number[] }[];
}

const { sentences }: Reference = JSON.parse(
  readFileSync(new URL('../../oracles/neural/sentences.json', import.meta.url), 'utf8'),
);
const [coffee, delivery, bank] = sentences.map(({ text }) => text) as [string, string, string];
const installed = await findSentenceModel();

describe.skipIf(!installed)(
  'the sentence encoder (skipped where its optional package is not installed)',
  () => {
    const model = installed as SentenceModel;
    const encoder: SentenceEncoder = model && createSentenceEncoder(model);
    const WIDTH = 512;

    it('cuts texts into the pieces that the published tokenizer finds', () => {
      const { cut } = createPieceCutter(model);
      for (const { text, pieces } of sentences) expect(cut(text)).toEqual(pieces.slice(0, 128));
    });

    it('leaves the vectors of the published runtime', () => {
      const vectors = encoder.encode(sentences.map(({ text }) => text));
      sentences.forEach(({ vector }, text) => {
        const errors = vector.map((value, i) => Math.abs(value - (vectors[text * WIDTH + i] as number)));
        expect(Math.max(...errors)).toBeLessThan(3e-4);
        expect(errors.reduce((sum, error) => sum + error, 0) / WIDTH).toBeLessThan(4e-5);
      });
    });

    it('brings like meanings together', () => {
      const vectors = encoder.encode([coffee, delivery, bank]);
      const cosine = (a: number, b: number) => {
        let sum = 0;
        for (let i = 0; i < WIDTH; i++)
          sum += (vectors[a * WIDTH + i] as number) * (vectors[b * WIDTH + i] as number);
        return sum;
      };
      expect(cosine(0, 0)).toBeCloseTo(1, 5);
      expect(cosine(0, 1)).toBeGreaterThan(cosine(0, 2) + 0.1);
      expect(cosine(0, 1)).toBeGreaterThan(cosine(1, 2) + 0.1);
    });

    it('says the same of a text to the last bit, whatever it is read beside', () => {
      const texts = Array.from({ length: 40 }, (_, i) => sentences[i % sentences.length]?.text ?? '');
      const together = encoder.encode(texts);
      texts.slice(0, sentences.length).forEach((text, i) => {
        const alone = encoder.encode([text]);
        expect(together.subarray(i * WIDTH, (i + 1) * WIDTH)).toEqual(alone);
        const later = i + 3 * sentences.length;
        expect(together.subarray(later * WIDTH, (later + 1) * WIDTH)).toEqual(alone);
      });
    });

    it('gives texts without a piece the vector 0', () => {
      const vectors = encoder.encode(['', coffee, '']);
      expect(vectors.subarray(0, WIDTH).every((value) => value === 0)).toBe(true);
      expect(vectors.subarray(2 * WIDTH).every((value) => value === 0)).toBe(true);
      expect(vectors.subarray(WIDTH, 2 * WIDTH)).toEqual(encoder.encode([coffee]));
    });

    it('reads the beginning of texts of any length', () => {
      const start = 'word '.repeat(1000);
      expect(encoder.encode([start + 'x'.repeat(2_000_000)])).toEqual(encoder.encode([start]));
      for (const odd of [' ', '\u0000', '\ud800', '☕'.repeat(300), 'ｶ'.repeat(300)]) {
        const vector = encoder.encode([odd]);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      }
    });

    it('says the same in another process', () => {
      const entry = fileURLToPath(new URL('sentences-elsewhere.ts', import.meta.url));
      const printed = execFileSync(process.execPath, ['--import', 'tsx', entry, coffee, bank], {
        encoding: 'utf8',
      });
      expect(Buffer.from(printed, 'base64')).toEqual(Buffer.from(encoder.encode([coffee, bank]).buffer));
    });

    it('refuses weights of another architecture', () => {
      expect(() => checkSentenceModel({ ...model, pieces: model.pieces.slice(1) })).toThrow('score');
      const tensors = { ...model.tensors, residual: new Float32Array(3) };
      expect(() => createSentenceEncoder({ ...model, tensors })).toThrow(
        'residual should hold 131072 numbers',
      );
    });
  },
);
