import { describe, expect, it } from 'vitest';
import { CpuMeter } from '../../src/run/cpu-meter.ts';

describe('CPU seconds of a run', () => {
  it('are what earlier attempts and ended trials have measured', () => {
    const meter = new CpuMeter(2, 10);
    expect(meter.seconds(0)).toBe(10);
    meter.begin(0, 0);
    meter.end({ number: 0, cpuSeconds: 3 }, 5000);
    expect(meter.seconds(9000)).toBe(13);
  });

  it('count a trial under way as busy since it was last heard of', () => {
    const meter = new CpuMeter(1, 0);
    meter.begin(0, 0);
    expect(meter.seconds(4000)).toBe(4);
    meter.fold(0, { fitSeconds: 2 }, 4000);
    expect(meter.seconds(5000)).toBe(3);
    meter.end({ number: 0, cpuSeconds: 2.5 }, 6000);
    expect(meter.seconds(60_000)).toBe(2.5);
  });

  it('do not count trials that wait for a thread', () => {
    const meter = new CpuMeter(1, 0);
    meter.begin(0, 0);
    meter.begin(1, 0);
    expect(meter.seconds(3000)).toBe(3);
    meter.end({ number: 0, cpuSeconds: 3 }, 3000);
    expect(meter.seconds(3000)).toBe(3);
    expect(meter.seconds(5000)).toBe(5);
  });

  it('count all threads where one trial may take them', () => {
    const meter = new CpuMeter(4, 0);
    meter.begin(0, 0);
    expect(meter.seconds(2000)).toBe(8);
  });

  it('keep the folds of a trial that was stopped without a word', () => {
    const meter = new CpuMeter(1, 0);
    meter.begin(0, 0);
    meter.fold(0, { fitSeconds: 2 }, 2000);
    meter.end({ number: 0, cpuSeconds: 0 }, 2500);
    expect(meter.seconds(9000)).toBe(2);
  });
});
