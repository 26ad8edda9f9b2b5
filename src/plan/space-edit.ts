/** Ranges of a search space that a person sets: read from lines of text, checked, and put in place of the usual ones. A
 *  family's space may be narrowed, and widened as far as its hyperparameters make sense. */
import type { Distribution, SearchSpace } from '../ml/tuning/distributions.ts';
import { Family } from '../ml/tuning/trial.ts';
import type { Requirements } from '../requirements/requirements.ts';

export type Ranges = NonNullable<Requirements['ranges']>;
type RangeEdit = Ranges[string][string];

/** One line for each hyperparameter that is set: "gbdt learningRate 0.02 to 0.1", "mlp activation relu, gelu". */
export function formatRanges(ranges: Ranges | null): string {
  return Object.entries(ranges ?? {})
    .flatMap(([family, ofFamily]) =>
      Object.entries(ofFamily).map(([name, edit]) =>
        'choices' in edit
          ? `${family} ${name} ${edit.choices.join(', ')}`
          : `${family} ${name} ${edit.low} to ${edit.high}`,
      ),
    )
    .join('\n');
}

const LINE = /^(\w+)[ .:]+(\w+)(?: *[:=] *| +)(\S.*)$/;
const EXAMPLE = 'gbdt learningRate 0.02 to 0.1';

/** @param text lines, or parts divided by semicolons.
 *  @returns the ranges, null for none; or what is wrong with the first bad line, as a sentence. */
export function readRanges(text: string): { readonly ranges: Ranges | null } | { readonly error: string } {
  const ranges: Record<string, Record<string, RangeEdit>> = {};
  for (const part of text.split(/\n|;/)) {
    const line = part.trim();
    if (line === '') continue;
    const [, familyName = '', name = '', rest = ''] = LINE.exec(line) ?? [];
    if (rest === '') return { error: `"${line.slice(0, 60)}" is not a range such as: ${EXAMPLE}` };
    const family = Family.safeParse(familyName).data;
    if (!family) return { error: `${familyName} is not a family; these are: ${Family.options.join(', ')}.` };
    const edit = readRange(rest) ?? readChoices(rest);
    if (!('choices' in edit) && edit.low > edit.high)
      return { error: `${family} ${name}: the range is upside down, ${edit.low} is above ${edit.high}.` };
    ranges[family] = { ...ranges[family], [name]: edit };
  }
  return { ranges: Object.keys(ranges).length === 0 ? null : ranges };
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e-?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER}) *(?:to|\\.\\.|-) *(${NUMBER})$`, 'i');

function readRange(text: string): RangeEdit | null {
  const [, low, high] = RANGE.exec(text.trim()) ?? [];
  return low === undefined ? null : { low: Number(low), high: Number(high) };
}

function readChoices(text: string): RangeEdit {
  return { choices: text.split(/,|\bor\b/).flatMap((word) => word.trim() || []) };
}

/** @param spaces what the families of a plan are searched in; what is set for others is for another plan.
 *  @returns why the first range that cannot be searched cannot, as a sentence; null where all can. */
export function whyNotSearchable(
  ranges: Ranges | null,
  spaces: ReadonlyMap<Family, SearchSpace>,
): string | null {
  for (const [family, edits] of Object.entries(ranges ?? {})) {
    const space = spaces.get(family as Family);
    if (!space) continue;
    for (const [name, edit] of Object.entries(edits)) {
      const usual = Object.hasOwn(space, name) ? space[name] : undefined;
      if (!usual) {
        const names = Object.keys(space).join(', ');
        return `${family} has no ${name} to search here; it has ${names || 'none at all'}.`;
      }
      const why = whyNot(name, usual, edit);
      if (why) return `${family} ${name}: ${why}`;
    }
  }
  return null;
}

/** The rest of a sentence; null where the range can be searched. */
function whyNot(name: string, usual: Distribution, edit: RangeEdit): string | null {
  if (usual.kind === 'categorical') {
    const choices = usual.choices.map(String);
    if (!('choices' in edit)) return `its choices are ${choices.join(', ')}.`;
    const unknown = edit.choices.map(String).find((choice) => !choices.includes(choice));
    return unknown === undefined ? null : `there is no "${unknown}"; its choices are ${choices.join(', ')}.`;
  }
  if ('choices' in edit) return `it has a range such as ${usual.low} to ${usual.high}.`;
  const { low, high } = edit;
  if (low > high) return `the range is upside down, ${low} is above ${high}.`;
  if (usual.kind === 'int' && !(Number.isInteger(low) && Number.isInteger(high)))
    return 'its values are whole numbers.';
  const [least, most] = bounds(name, usual);
  return low < least || high > most ? `it can be searched from ${least} to ${most}.` : null;
}

/** What no value may lie beyond: where that is not known of a hyperparameter, the usual range. */
function bounds(name: string, usual: { readonly low: number; readonly high: number }): [number, number] {
  const [least, most] = SENSE[name] ?? [usual.low, usual.high];
  return [Math.min(least, usual.low), Math.max(most, usual.high)];
}

/** Where values of a hyperparameter make sense, by name. */
export const SENSE: Readonly<Record<string, readonly [low: number, high: number]>> = {
  regularisation: [1e-7, 100],
  learningRate: [0.0001, 0.5],
  maxLeaves: [2, 512],
  depth: [2, 10],
  minSamplesLeaf: [1, 500],
  l2: [0.0001, 300],
  randomStrength: [0, 10],
  rowFraction: [0.2, 1],
  columnFraction: [0.1, 1],
  maxFeatures: [0.05, 1],
  hiddenLayers: [1, 4],
  hiddenUnits: [8, 512],
  weightDecay: [0.00001, 1],
  dropout: [0, 0.6],
  k: [1, 200],
  alpha: [0.0001, 50],
};

/** The space with what a person has set in it; what cannot be searched in this one is left as it was. */
export function withRanges(space: SearchSpace, family: Family, ranges: Ranges | null): SearchSpace {
  const edits = ranges?.[family];
  if (!edits) return space;
  return Object.fromEntries(
    Object.entries(space).map(([name, usual]) => {
      const edit = Object.hasOwn(edits, name) ? edits[name] : undefined;
      return [name, edit && whyNot(name, usual, edit) === null ? edited(usual, edit) : usual];
    }),
  );
}

function edited(usual: Distribution, edit: RangeEdit): Distribution {
  if (usual.kind !== 'categorical')
    return 'choices' in edit ? usual : { ...usual, low: edit.low, high: edit.high };
  if (!('choices' in edit)) return usual;
  // Words become the values that they stand for: "2" may be a number.
  const wanted = edit.choices.map(String);
  return { ...usual, choices: usual.choices.filter((choice) => wanted.includes(String(choice))) };
}
