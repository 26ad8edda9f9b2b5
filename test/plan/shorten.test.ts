import { describe, expect, it } from 'vitest';
import { PORTFOLIO } from '../../src/ml/tuning/portfolio.ts';
import { shortenParameters, shortenSpace } from '../../src/plan/shorten.ts';

const gbdt = PORTFOLIO.gbdt.defaults[0] ?? {};
const mlp = PORTFOLIO.mlp.defaults[0] ?? {};

describe('shortening a setting', () => {
  it('changes nothing at the full share, nor a family without steps', () => {
    expect(shortenParameters(gbdt, 1)).toBe(gbdt);
    const linear = PORTFOLIO.linear.defaults[0] ?? {};
    expect(shortenParameters(linear, 0.25)).toBe(linear);
  });

  it('gives fewer trees a larger say each, up to a limit', () => {
    const short = shortenParameters(gbdt, 0.25);
    expect(short).toEqual({ ...gbdt, maxSteps: 125, learningRate: 0.16 });
    expect(shortenParameters(gbdt, 0.1).learningRate).toBe(0.3);
  });

  it('cuts the epochs of a network and leaves its learning rate alone', () => {
    expect(shortenParameters(mlp, 0.5)).toEqual({ ...mlp, maxSteps: 30 });
  });

  it('never leaves fewer than ten steps', () => {
    expect(shortenParameters(mlp, 0.1).maxSteps).toBe(10);
  });

  it('moves the range of learning rates along, and keeps it a range', () => {
    const space = shortenSpace(PORTFOLIO.gbdt.space, gbdt, 0.1);
    expect(space.learningRate).toMatchObject({ low: 0.15, high: 0.3 });
    expect(shortenSpace(PORTFOLIO.mlp.space, mlp, 0.5)).toBe(PORTFOLIO.mlp.space);
  });
});
