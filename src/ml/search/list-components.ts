/** What can be left out of a model: groups of columns, steps of its preprocessing, what it does to vary its training rows. */
import { type Column, findColumn, type Table } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import { association } from '../inspection/association.ts';
import type { Importance } from '../judgement.ts';
import type { BinnedFeature } from '../model-selection/typicality.ts';
import type { Component, Probe } from '../studies.ts';
import type { Parameters, ParameterValue } from '../tuning/distributions.ts';
import type { TrialSpec } from '../tuning/trial.ts';
import { binnedFeatures } from './binned-features.ts';
import type { SplitTable } from './split-table.ts';

/** @property probes by trial: what it is to train without the part. Trials that have no such part are not among them. */
export interface RemovablePart {
  readonly component: Component;
  readonly probes: readonly { readonly trial: number; readonly probe: Probe }[];
}

/** Steps, with the value that leaves each out. Where that is the value already, there is nothing to leave out. */
const STEPS: readonly (readonly [name: string, kind: Component['kind'], off: Parameters])[] = [
  ['means of the outcome by category', 'step', { targetEncoding: 'none' }],
  ['pairs of columns', 'step', { interactions: 'none' }],
  ['means within categories', 'step', { aggregates: false }],
  ['the choice of features', 'step', { selectFeatures: 1 }],
  ['the spread of numbers', 'step', { numericTransform: 'robust' }],
  ['the sentence encoder', 'step', { sentences: 'none' }],
  ['weighted words (TF-IDF)', 'step', { text: 'facts' }],
  ['dates as places on a circle', 'step', { dates: 'parts' }],
  ['what sequences are as a whole', 'step', { sequences: 'none' }],
  ['variants of pictures', 'augmentation', { variants: 0 }],
  ['RandAugment', 'augmentation', { randAugment: 0 }],
  ['CutMix', 'augmentation', { cutmix: 0 }],
  ['Mixup', 'augmentation', { mixup: 0 }],
];

/** What a setting that does not name them has: nothing to leave out. A network that reads images needs their pixels on one
 *  scale, and one for sequences their moments. */
const NEEDED: Readonly<Record<string, ParameterValue>> = { numericTransform: 'common', sequences: 'moments' };

/** Rows by which columns are found to go together. */
const MOST_ROWS = 5000;
/** Cramér's V from which on two columns tell about the same: each alone would hide what the other is worth. */
const TOGETHER = 0.5;

/** @param importance the columns that matter most first.
 *  @param most parts, at least 3: a third of them may be steps, and all columns that are in no other group are one.
 *  @returns groups of columns first. */
export function listComponents(
  table: Table,
  experiment: Experiment,
  rows: SplitTable,
  specs: readonly TrialSpec[],
  importance: readonly Importance[],
  most: number,
): RemovablePart[] {
  const ofSteps = STEPS.flatMap(([name, kind, off]): RemovablePart[] => {
    const probes = specs.flatMap(({ number, parameters }) =>
      hasStep(parameters, off) ? [{ trial: number, probe: { kind: 'setting', change: off } as const }] : [],
    );
    return probes.length > 0 ? [{ component: { kind, name, columns: [] }, probes }] : [];
  });
  const kept = ofSteps.slice(0, Math.floor(most / 3));
  const groups = columnGroups(table, experiment, rows, importance, most - kept.length - 1);
  const ofColumns = groups.map(({ name, columns }): RemovablePart => {
    const probe: Probe = { kind: 'columns', without: [...columns] };
    return {
      component: { kind: 'columns', name, columns: [...columns] },
      probes: specs.map(({ number }) => ({ trial: number, probe })),
    };
  });
  return [...ofColumns, ...kept];
}

function hasStep(parameters: Parameters, off: Parameters): boolean {
  return Object.entries(off).every(([name, value]) => {
    const own = parameters[name];
    return own !== undefined && own !== value && own !== NEEDED[name];
  });
}

interface ColumnGroup {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Each of the columns that matter most with those that tell about the same, and all others together. */
function columnGroups(
  table: Table,
  { features }: Experiment,
  { split }: SplitTable,
  importance: readonly Importance[],
  most: number,
): ColumnGroup[] {
  const known = new Set(features);
  const ranked = importance.map(({ column }) => column).filter((name) => known.has(name));
  const waiting = new Set([...ranked, ...features]);
  const stride = Math.max(1, Math.ceil(split.training.length / MOST_ROWS));
  const some = split.training.filter((_, i) => i % stride === 0);
  const binned = new Map<string, BinnedFeature | null>();
  const bins = (name: string) => {
    const before = binned.get(name);
    if (before !== undefined) return before;
    const column: Column | undefined = findColumn(table, name);
    const [found = null] = column ? binnedFeatures([column], some) : [];
    binned.set(name, found);
    return found;
  };
  const groups: ColumnGroup[] = [];
  for (const leader of ranked) {
    if (groups.length === most) break;
    if (!waiting.delete(leader)) continue;
    const own = bins(leader);
    const alike = [...waiting].filter((name) => {
      const other = own && bins(name);
      return own && other && association(own.codes, own.nBins, other.codes, other.nBins) >= TOGETHER;
    });
    for (const name of alike) waiting.delete(name);
    groups.push({ name: nameOf([leader, ...alike]), columns: [leader, ...alike] });
  }
  const others = [...waiting];
  if (others.length > 0) {
    groups.push({
      name: others.length > 2 ? `the ${others.length} other columns` : nameOf(others),
      columns: others,
    });
  }
  // A model needs at least one column.
  return groups.filter(({ columns }) => columns.length < features.length);
}

function nameOf(columns: readonly string[]): string {
  const [first = '', second = '', third] = columns;
  if (columns.length === 1) return first;
  if (third === undefined) return `${first} and ${second}`;
  return columns.length === 3
    ? `${first}, ${second} and ${third}`
    : `${first}, ${second} and ${columns.length - 2} more`;
}
