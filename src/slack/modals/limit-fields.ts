/** The fields of the plan's form that limit what a run may use, and what it may search. */
import type { InputBlock } from '@slack/types';
import type { PlanRecord } from '../../plan/plan.ts';
import { formatRanges, readRanges } from '../../plan/space-edit.ts';
import type { Requirements, RequirementsChange } from '../../requirements/requirements.ts';
import { decimalInput, linesInput, numberInput, type Submission } from './inputs.ts';

const LEAST_CPU_MINUTES = 0.1;
/** A hundred days. */
const MOST_CPU_MINUTES = 144_000;
const LEAST_MB = 64;
const MOST_MB = 10_000_000;
const MOST_COST = 1e9;

/** The price only where a core-hour has one. */
export function limitInputs({ plan }: Pick<PlanRecord, 'plan'>, requirements: Requirements): InputBlock[] {
  const { cpuSeconds, memoryMb, costLimit } = requirements;
  const field = { optional: true };
  return [
    decimalInput(
      {
        id: 'cpu',
        label: 'CPU minutes at most',
        hint: 'Of all threads together. Empty for no limit.',
        ...field,
      },
      cpuSeconds === null ? null : Number((cpuSeconds / 60).toPrecision(6)),
    ),
    numberInput(
      {
        ...{ id: 'memory', label: 'Memory at most, in MB', ...field },
        hint: 'What trials may hold side by side. Empty for no limit.',
      },
      memoryMb,
      LEAST_MB,
      MOST_MB,
    ),
    ...(plan.price
      ? [
          decimalInput(
            {
              ...{ id: 'cost', label: `Price at most, in ${plan.price.currency}`, ...field },
              hint: `At ${plan.price.perCoreHour} for a core-hour. Empty for no limit.`,
            },
            costLimit,
          ),
        ]
      : []),
  ];
}

export function rangesInput({ ranges }: Pick<Requirements, 'ranges'>): InputBlock {
  return linesInput(
    {
      ...{ id: 'ranges', label: 'Search space, where it should be another', optional: true },
      hint: 'A line each: gbdt learningRate 0.02 to 0.1. The plan shows what is searched.',
    },
    formatRanges(ranges),
  );
}

/** What these fields say, or their errors by block id. */
export function readLimits(
  submission: Submission,
): { readonly change: RequirementsChange } | { readonly errors: Readonly<Record<string, string>> } {
  const errors: Record<string, string> = {};
  const amount = (id: string, least: number, most: number, sentence: string): number | null => {
    const value = submission.number(id);
    if (value !== null && !(value >= least && value <= most)) errors[id] = sentence;
    return value;
  };
  const cpu = amount(
    'cpu',
    LEAST_CPU_MINUTES,
    MOST_CPU_MINUTES,
    `Please give CPU minutes from ${LEAST_CPU_MINUTES} to ${MOST_CPU_MINUTES}.`,
  );
  const memoryMb = amount('memory', LEAST_MB, MOST_MB, `Please give MB from ${LEAST_MB} to ${MOST_MB}.`);
  if (memoryMb !== null && !Number.isInteger(memoryMb)) errors.memory = 'Please give a whole number of MB.';
  const costLimit = amount('cost', Number.MIN_VALUE, MOST_COST, 'Please give an amount above 0.');
  const read = readRanges(submission.value('ranges') ?? '');
  if ('error' in read) errors.ranges = read.error;
  if (Object.keys(errors).length > 0 || 'error' in read) return { errors };
  const cpuSeconds = cpu === null ? null : Math.max(5, 60 * cpu);
  return { change: { cpuSeconds, memoryMb, costLimit, ranges: read.ranges } };
}
