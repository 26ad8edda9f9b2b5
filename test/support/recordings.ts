/** Recordings of noisy waves whose frequency rises, falls or stays: their order is all that tells them apart. */
import { Random } from '../../src/ml/random.ts';

const KINDS = ['falling', 'rising', 'steady'] as const;
const FREQUENCIES = { falling: [0.22, 0.08], rising: [0.08, 0.22], steady: [0.15, 0.15] } as const;

export interface RecordingRow {
  readonly id: string;
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly kind: string;
}

/** From 30 to 44 rows each, in their order. @param first number of the first recording, which decides its kind. */
export function waveRows(count: number, seed = 1, first = 0): RecordingRow[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const kind = KINDS[(first + i) % 3];
    const [from, to] = FREQUENCIES[kind];
    const length = 30 + random.integer(15);
    let phase = 2 * Math.PI * random.uniform();
    return Array.from({ length }, (_, t): RecordingRow => {
      phase += 2 * Math.PI * (from + ((to - from) * t) / length);
      const noise = () => 0.3 * random.normal();
      return {
        id: `r${first + i}`,
        t: t / 50,
        x: Math.sin(phase) + noise(),
        y: Math.cos(phase) + noise(),
        kind,
      };
    });
  }).flat();
}
