/** The inputs that our modals are made of, and how their values are read back. */

import type { ViewOutput } from '@slack/bolt';
import type { InputBlock, PlainTextOption, View } from '@slack/types';
import { clip, LIMITS } from '../limits.ts';

/** Every input block has one element, whose action id is this. */
const ELEMENT = 'value';

export interface Choice {
  readonly label: string;
  readonly value: string;
}

const plain = (text: string, limit: number = LIMITS.optionText) =>
  ({ type: 'plain_text', text: clip(text, limit), emoji: false }) as const;

const option = ({ label, value }: Choice): PlainTextOption => ({ text: plain(label), value });

interface Field {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
}

function input(field: Field, element: InputBlock['element']): InputBlock {
  return {
    type: 'input',
    block_id: field.id,
    label: plain(field.label),
    optional: field.optional ?? false,
    element,
    ...(field.hint ? { hint: plain(field.hint, 150) } : {}),
  };
}

/** For words of a person, at most 500 characters. */
export function textInput(field: Field, initial: string | null, multiline = false): InputBlock {
  return plainTextInput(field, initial, { multiline, max_length: 500 });
}

/** For lines that a program reads. */
export function linesInput(field: Field, initial: string): InputBlock {
  return plainTextInput(field, initial, { multiline: true, max_length: 3000 });
}

function plainTextInput(
  field: Field,
  initial: string | null,
  more: { multiline?: boolean; max_length: number },
): InputBlock {
  const initialValue = initial?.slice(0, more.max_length);
  return input(field, {
    type: 'plain_text_input',
    action_id: ELEMENT,
    ...more,
    ...(initialValue ? { initial_value: initialValue } : {}),
  });
}

/** @param min, max both allowed values themselves. */
export function numberInput(field: Field, initial: number | null, min: number, max: number): InputBlock {
  return input(field, {
    type: 'number_input',
    action_id: ELEMENT,
    is_decimal_allowed: false,
    min_value: String(min),
    max_value: String(max),
    ...(initial === null ? {} : { initial_value: String(initial) }),
  });
}

/** A number with a fraction. */
export function decimalInput(field: Field, initial: number | null): InputBlock {
  return input(field, {
    type: 'number_input',
    action_id: ELEMENT,
    is_decimal_allowed: true,
    ...(initial === null ? {} : { initial_value: String(initial) }),
  });
}

/** A select, or a text field where there are more choices than a select may hold. */
export function choiceInput(field: Field, choices: readonly Choice[], initial: string | null): InputBlock {
  if (choices.length > LIMITS.selectOptions) {
    const hint = 'There are too many to list: please type the name as it stands in the data.';
    return plainTextInput({ hint, ...field }, initial, { max_length: LIMITS.inputText });
  }
  const chosen = choices.find((choice) => choice.value === initial);
  return input(field, {
    type: 'static_select',
    action_id: ELEMENT,
    options: choices.map(option),
    ...(chosen ? { initial_option: option(chosen) } : {}),
  });
}

/** Several of up to 100 choices; checkboxes hold no more than 10. */
export function choicesInput(
  field: Field,
  choices: readonly Choice[],
  initial: readonly string[],
): InputBlock {
  const chosen = choices.filter((choice) => initial.includes(choice.value)).map(option);
  return input(field, {
    type: 'multi_static_select',
    action_id: ELEMENT,
    options: choices.map(option),
    ...(chosen.length > 0 ? { initial_options: chosen } : {}),
  });
}

export function modal(
  callbackId: string,
  title: string,
  submit: string,
  context: object,
  blocks: View['blocks'],
): View {
  return {
    type: 'modal',
    callback_id: callbackId,
    title: plain(title, LIMITS.modalTitle),
    submit: plain(submit, LIMITS.modalTitle),
    close: plain('Cancel', LIMITS.modalTitle),
    private_metadata: JSON.stringify(context),
    blocks,
  };
}

/** What a submitted modal holds, by block id. */
export class Submission {
  readonly #values: ViewOutput['state']['values'];

  constructor(view: Pick<ViewOutput, 'state'>) {
    this.#values = view.state.values;
  }

  /** The text, number (as text) or chosen option's value; null when left empty. */
  value(id: string): string | null {
    const state = this.#values[id]?.[ELEMENT];
    const value = state?.value ?? state?.selected_option?.value ?? null;
    return value === null || value.trim() === '' ? null : value.trim();
  }

  /** Whether the form had this input, left empty or not. */
  has(id: string): boolean {
    return this.#values[id] !== undefined;
  }

  number(id: string): number | null {
    const value = this.value(id);
    return value === null ? null : Number(value);
  }

  values(id: string): string[] {
    return (this.#values[id]?.[ELEMENT]?.selected_options ?? []).map((chosen) => chosen.value);
  }
}
