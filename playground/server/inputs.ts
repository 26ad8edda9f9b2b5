import { offeredOptions } from './blocks/elements.ts';
import { actionElements, type PlacedElement } from './blocks/elements-of.ts';
import { isFields } from './blocks/rules.ts';
import { presentFile } from './present.ts';
import { RefusedAct } from './slack-error.ts';
import type { Block, Fields } from './types.ts';
import type { Workspace } from './workspace.ts';

/** What a person entered, by block id; blocks with several inputs take an object by action id. */
export type InputValues = Record<string, unknown>;

/** The field of `state.values` in which each kind of element keeps its value, and the field it starts from. */
const STATE_FIELDS: Record<string, { field: string; initial: string }> = {
  plain_text_input: { field: 'value', initial: 'initial_value' },
  email_text_input: { field: 'value', initial: 'initial_value' },
  url_text_input: { field: 'value', initial: 'initial_value' },
  number_input: { field: 'value', initial: 'initial_value' },
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value' },
  static_select: { field: 'selected_option', initial: 'initial_option' },
  external_select: { field: 'selected_option', initial: 'initial_option' },
  radio_buttons: { field: 'selected_option', initial: 'initial_option' },
  multi_static_select: { field: 'selected_options', initial: 'initial_options' },
  multi_external_select: { field: 'selected_options', initial: 'initial_options' },
  checkboxes: { field: 'selected_options', initial: 'initial_options' },
  users_select: { field: 'selected_user', initial: 'initial_user' },
  multi_users_select: { field: 'selected_users', initial: 'initial_users' },
  channels_select: { field: 'selected_channel', initial: 'initial_channel' },
  multi_channels_select: { field: 'selected_channels', initial: 'initial_channels' },
  conversations_select: { field: 'selected_conversation', initial: 'initial_conversation' },
  multi_conversations_select: { field: 'selected_conversations', initial: 'initial_conversations' },
  datepicker: { field: 'selected_date', initial: 'initial_date' },
  timepicker: { field: 'selected_time', initial: 'initial_time' },
  datetimepicker: { field: 'selected_date_time', initial: 'initial_date_time' },
  file_input: { field: 'files', initial: '' },
};

/**
 * `state.values` of a message or a view: every input with what was entered, or with its initial value.
 * @throws RefusedAct when a value names no such block, input, option or file.
 */
export function stateValues(
  workspace: Workspace,
  blocks: readonly Block[],
  entered: InputValues = {},
): Fields {
  const inputs = actionElements(blocks).filter(({ element }) => String(element.type) in STATE_FIELDS);
  for (const blockId of Object.keys(entered)) {
    if (!inputs.some((input) => input.blockId === blockId)) {
      throw new RefusedAct('no_such_input', `There is no input in a block "${blockId}".`);
    }
  }
  const values: Record<string, Fields> = {};
  for (const placed of inputs) {
    const { blockId, element } = placed;
    values[blockId] = {
      ...values[blockId],
      [String(element.action_id)]: elementState(workspace, element, enteredFor(placed, entered)),
    };
  }
  return values;
}

/** One element's entry of `state.values`, which is also what its own action carries. */
export function elementState(workspace: Workspace, element: Fields, entered: unknown): Fields {
  const type = String(element.type);
  const { field, initial } = STATE_FIELDS[type];
  const isList = field.endsWith('s') && field !== 'value';
  const value =
    entered === undefined ? (element[initial] ?? (isList ? [] : null)) : chosen(workspace, element, entered);
  return { type, [field]: value };
}

/** Whether an element keeps a value; buttons and menus do not. */
export function hasState(element: Fields): boolean {
  return String(element.type) in STATE_FIELDS;
}

/**
 * What Slack's own form would say before it sends a submission.
 * @returns block id → sentence, for every input that must be corrected.
 */
export function formErrors(blocks: readonly Block[], values: Fields): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { blockId, element, input } of actionElements(blocks)) {
    if (!input) continue;
    const block = values[blockId];
    const state = isFields(block) ? block[String(element.action_id)] : undefined;
    const value = isFields(state) ? state[STATE_FIELDS[String(element.type)].field] : undefined;
    const isEmpty =
      value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    const problem = isEmpty
      ? input.optional !== true && 'Please complete this required field.'
      : valueProblem(element, value);
    if (problem) errors[blockId] = problem;
  }
  return errors;
}

function enteredFor({ blockId, element }: PlacedElement, entered: InputValues): unknown {
  const value = entered[blockId];
  const actionId = String(element.action_id);
  const byAction =
    isFields(value) && element.type !== 'rich_text_input' && !('value' in value && 'text' in value);
  return byAction ? value[actionId] : value;
}

function chosen(workspace: Workspace, element: Fields, entered: unknown): unknown {
  const type = String(element.type);
  if (entered === null || entered === '') return null;
  if (type === 'file_input') return asList(entered).map((id) => uploadedFile(workspace, String(id)));
  if (STATE_FIELDS[type].field === 'selected_option') return pick(element, entered);
  if (STATE_FIELDS[type].field === 'selected_options')
    return asList(entered).map((value) => pick(element, value));
  if (type.startsWith('multi_')) return asList(entered).map(String);
  if (type === 'datetimepicker') return Number(entered);
  return isFields(entered) ? entered : String(entered);
}

/** The offered option with this value; an external select takes the option itself, as the app offered it. */
export function pick(element: Fields, value: unknown): Fields {
  if (isFields(value)) return value;
  const option = offeredOptions(element).find((offered) => offered.value === String(value));
  if (!option) {
    throw new RefusedAct('no_such_option', `"${element.action_id}" offers no option "${String(value)}".`);
  }
  return option;
}

function uploadedFile(workspace: Workspace, id: string): Fields {
  const file = workspace.files.get(id);
  if (!file) throw new RefusedAct('file_not_found', `There is no uploaded file ${id}.`);
  return presentFile(workspace, file);
}

function valueProblem(element: Fields, value: unknown): string | undefined {
  const text = String(value);
  switch (element.type) {
    case 'plain_text_input':
      return lengthProblem(text, Number(element.min_length ?? 0), Number(element.max_length ?? 3000));
    case 'number_input':
      return numberProblem(element, text);
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'Please enter a valid email address.';
    case 'url_text_input':
      return URL.canParse(text) ? undefined : 'Please enter a valid URL.';
    case 'file_input':
      return fileProblem(element, Array.isArray(value) ? value.filter(isFields) : []);
    default:
      return undefined;
  }
}

function lengthProblem(text: string, min: number, max: number): string | undefined {
  if (text.length < min) return `Please enter at least ${min} characters.`;
  return text.length > max ? `Please enter at most ${max} characters.` : undefined;
}

function numberProblem(element: Fields, text: string): string | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text.trim())) return 'Please enter a number.';
  if (element.is_decimal_allowed !== true && text.includes('.')) return 'Please enter a whole number.';
  if (element.min_value !== undefined && Number(text) < Number(element.min_value)) {
    return `Please enter a number of at least ${String(element.min_value)}.`;
  }
  if (element.max_value !== undefined && Number(text) > Number(element.max_value)) {
    return `Please enter a number of at most ${String(element.max_value)}.`;
  }
  return undefined;
}

const FILE_INPUT_BYTES = 10 * 1024 * 1024;

function fileProblem(element: Fields, files: Fields[]): string | undefined {
  const most = Number(element.max_files ?? 10);
  if (files.length > most) return `Please choose at most ${most} files.`;
  if (files.some((file) => Number(file.size) > FILE_INPUT_BYTES)) return 'A file may have at most 10 MB.';
  const types = asList(element.filetypes ?? []);
  const extension = (file: Fields) => String(file.name).split('.').at(-1)?.toLowerCase();
  const isAllowed = (file: Fields) => types.includes(file.filetype) || types.includes(extension(file));
  return types.length > 0 && !files.every(isAllowed)
    ? `Please choose files of type ${types.join(', ')}.`
    : undefined;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
