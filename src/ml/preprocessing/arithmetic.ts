/** Two numbers as one: what trees can only approach in steps, and sums of weights not at all. */
import { z } from 'zod';

export const Operation = z.enum(['product', 'ratio', 'difference', 'sum']);
export type Operation = z.infer<typeof Operation>;

export const ArithmeticEncoder = z.object({
  kind: z.literal('arithmetic'),
  operation: Operation,
  /** 1 for numbers; the ms of a day for dates, whose difference is told in days. */
  unit: z.number().positive(),
});
export type ArithmeticEncoder = z.infer<typeof ArithmeticEncoder>;

const SIGN: Record<Operation, string> = { product: '×', ratio: '÷', difference: '−', sum: '+' };

export function arithmeticLabel({ operation }: ArithmeticEncoder, a: string, b: string): string {
  return `${a} ${SIGN[operation]} ${b}`;
}

/** @returns a new Float64Array; NaN where a part is missing, where the divisor is 0, and where the result overflows. */
export function combineNumbers(
  { operation, unit }: Pick<ArithmeticEncoder, 'operation' | 'unit'>,
  a: Float64Array,
  b: Float64Array,
): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) {
    const value = combine(operation, a[i], b[i]) / unit;
    out[i] = Number.isFinite(value) ? value : Number.NaN;
  }
  return out;
}

function combine(operation: Operation, a: number, b: number): number {
  switch (operation) {
    case 'product':
      return a * b;
    case 'ratio':
      return b === 0 ? Number.NaN : a / b;
    case 'difference':
      return a - b;
    case 'sum':
      return a + b;
  }
}
