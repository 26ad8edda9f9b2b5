import type { Fields } from '../types.ts';

/** One thing wrong with a payload, in Slack's words; `pointer` is a JSON pointer from the payload's root. */
export interface Problem {
  message: string;
  pointer: string;
}

/** Where blocks are shown: the surfaces allow different blocks. */
export type Surface = 'message' | 'modal' | 'home';

/** What the rules need to know beyond the value itself. */
export interface Scope {
  readonly surface: Surface;
  /** Whether a `slack_file` names a processed picture; false makes the block invalid. */
  readonly pictureIsReady: (reference: Fields) => boolean;
  readonly problems: Problem[];
}

/** Looks at one value and adds to `scope.problems` whatever is wrong with it. */
export type Rule = (value: unknown, pointer: string, scope: Scope) => void;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string of `min` to `max` characters (UTF-16 code units, as Slack counts). */
export function text(max: number, min = 1, pattern?: RegExp): Rule {
  return (value, pointer, { problems }) => {
    if (typeof value !== 'string') problems.push({ message: 'must provide a string', pointer });
    else if (value.length < min)
      problems.push({ message: `must be more than ${min - 1} characters`, pointer });
    else if (value.length > max)
      problems.push({ message: `must be less than ${max + 1} characters`, pointer });
    else if (pattern && !pattern.test(value)) {
      problems.push({ message: `must match the pattern ${pattern.source}`, pointer });
    }
  };
}

export function integer(min: number, max: number): Rule {
  return (value, pointer, { problems }) => {
    if (!Number.isInteger(value)) problems.push({ message: 'must provide an integer', pointer });
    else if (Number(value) < min)
      problems.push({ message: `must be greater than or equal to ${min}`, pointer });
    else if (Number(value) > max) problems.push({ message: `must be less than or equal to ${max}`, pointer });
  };
}

/** Any value; for fields that are checked elsewhere. */
export const anything: Rule = () => {};

export const finiteNumber: Rule = (value, pointer, { problems }) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    problems.push({ message: 'must provide a number', pointer });
  }
};

export const flag: Rule = (value, pointer, { problems }) => {
  if (typeof value !== 'boolean') problems.push({ message: 'must provide a boolean', pointer });
};

export function oneOf(...values: readonly unknown[]): Rule {
  return (value, pointer, { problems }) => {
    if (!values.includes(value)) problems.push({ message: 'must be a valid enum value', pointer });
  };
}

/** An array of `min` to `max` items that all follow one rule. */
export function list(item: Rule, { min = 0, max }: { min?: number; max: number }): Rule {
  return (value, pointer, scope) => {
    if (!Array.isArray(value)) {
      scope.problems.push({ message: 'must provide an array', pointer });
      return;
    }
    if (value.length < min) scope.problems.push({ message: `no fewer than ${min} items allowed`, pointer });
    if (value.length > max) scope.problems.push({ message: `no more than ${max} items allowed`, pointer });
    value.forEach((entry, index) => {
      item(entry, `${pointer}/${index}`, scope);
    });
  };
}

/** An object with exactly these fields; `type` is taken for granted where the rule was chosen by it. */
export function shape(required: Record<string, Rule>, optional: Record<string, Rule> = {}): Rule {
  return (value, pointer, scope) => {
    if (!isFields(value)) {
      scope.problems.push({ message: 'must provide an object', pointer });
      return;
    }
    for (const field of Object.keys(required)) {
      if (value[field] === undefined || value[field] === null) {
        scope.problems.push({ message: `missing required field: ${field}`, pointer });
      }
    }
    for (const [field, entry] of Object.entries(value)) {
      const rule = required[field] ?? optional[field];
      if (rule && entry !== undefined && entry !== null) rule(entry, `${pointer}/${field}`, scope);
      else if (!rule && field !== 'type') {
        scope.problems.push({ message: `invalid additional property: ${field}`, pointer });
      }
    }
  };
}

/** An object whose `type` chooses its rule. */
export function byType(rules: Record<string, Rule>): Rule {
  return (value, pointer, scope) => {
    if (!isFields(value)) {
      scope.problems.push({ message: 'must provide an object', pointer });
      return;
    }
    const { type } = value;
    if (type === undefined) scope.problems.push({ message: 'missing required field: type', pointer });
    else if (typeof type !== 'string' || !Object.hasOwn(rules, type)) {
      scope.problems.push({ message: `unsupported type: ${String(type)}`, pointer: `${pointer}/type` });
    } else rules[type](value, pointer, scope);
  };
}

/** Every rule in turn. */
export function all(...rules: readonly Rule[]): Rule {
  return (value, pointer, scope) => {
    for (const rule of rules) rule(value, pointer, scope);
  };
}

/** A condition that the simple rules cannot say; `holds` sees objects only. */
export function demand(holds: (value: Fields, scope: Scope) => boolean, message: string, field = ''): Rule {
  return (value, pointer, scope) => {
    if (isFields(value) && !holds(value, scope)) scope.problems.push({ message, pointer: pointer + field });
  };
}
