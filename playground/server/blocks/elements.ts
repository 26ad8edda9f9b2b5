import {
  confirmable,
  identifier,
  imageElement,
  option,
  options,
  plainText,
  textObject,
} from './composition.ts';
import { richTextBlock } from './rich-text-rules.ts';
import {
  all,
  byType,
  demand,
  finiteNumber,
  flag,
  integer,
  isFields,
  list,
  oneOf,
  type Rule,
  shape,
  text,
} from './rules.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{2}:\d{2}$/;
const MOST_OPTIONS = 100;

const actionable = { action_id: identifier };
const focusable = { focus_on_load: flag };
const placeholder = { placeholder: plainText(150) };
const input = { ...actionable, ...focusable, ...placeholder };
const dispatch = {
  dispatch_action_config: shape(
    {},
    { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1, max: 2 }) },
  ),
};
const idList = list(text(255), { max: MOST_OPTIONS });
const several = { max_selected_items: integer(1, MOST_OPTIONS) };

const selectOption = option(plainText(75));
const choiceOption = option(textObject(75));
const buttonStyle = { style: oneOf('primary', 'danger') };

export const button = shape(
  { text: plainText(75) },
  {
    ...actionable,
    ...confirmable,
    ...buttonStyle,
    value: text(2000, 0),
    url: text(3000),
    accessibility_label: text(75),
  },
);

const selectSource = {
  options: options(selectOption, { min: 1, max: MOST_OPTIONS }),
  option_groups: list(
    shape({ label: plainText(75), options: options(selectOption, { min: 1, max: MOST_OPTIONS }) }),
    { min: 1, max: MOST_OPTIONS },
  ),
};
const selectHasOneSource = demand(
  (select) => (select.options === undefined) !== (select.option_groups === undefined),
  'must provide either options or option_groups',
);
const initialOptionIsOffered = demand((select) => {
  const wanted = [select.initial_option, select.initial_options].flat().filter(isFields);
  const offered = new Set(offeredOptions(select).map((entry) => entry.value));
  return wanted.every((entry) => offered.has(entry.value));
}, 'initial_option must exactly match one of the provided options');

const conversationFilter = shape(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), { min: 1, max: 4 }),
    exclude_external_shared_channels: flag,
    exclude_bot_users: flag,
  },
);
const feedbackButton = shape(
  { text: plainText(75), value: text(2000, 0) },
  { accessibility_label: text(75) },
);

const rules: Record<string, Rule> = {
  button,
  checkboxes: all(
    shape(
      { options: options(choiceOption, { min: 1, max: 10 }) },
      {
        ...actionable,
        ...confirmable,
        ...focusable,
        initial_options: list(choiceOption, { min: 1, max: 10 }),
      },
    ),
    initialOptionIsOffered,
  ),
  radio_buttons: all(
    shape(
      { options: options(choiceOption, { min: 1, max: 10 }) },
      { ...actionable, ...confirmable, ...focusable, initial_option: choiceOption },
    ),
    initialOptionIsOffered,
  ),
  overflow: shape({ options: options(selectOption, { min: 1, max: 5 }) }, { ...actionable, ...confirmable }),
  static_select: all(
    shape({}, { ...input, ...confirmable, ...selectSource, initial_option: selectOption }),
    selectHasOneSource,
    initialOptionIsOffered,
  ),
  multi_static_select: all(
    shape(
      {},
      {
        ...input,
        ...confirmable,
        ...selectSource,
        ...several,
        initial_options: list(selectOption, { min: 1, max: MOST_OPTIONS }),
      },
    ),
    selectHasOneSource,
    initialOptionIsOffered,
  ),
  external_select: shape(
    {},
    { ...input, ...confirmable, initial_option: selectOption, min_query_length: integer(0, 1000) },
  ),
  multi_external_select: shape(
    {},
    {
      ...input,
      ...confirmable,
      ...several,
      initial_options: list(selectOption, { min: 1, max: MOST_OPTIONS }),
      min_query_length: integer(0, 1000),
    },
  ),
  users_select: shape({}, { ...input, ...confirmable, initial_user: text(255) }),
  multi_users_select: shape({}, { ...input, ...confirmable, ...several, initial_users: idList }),
  channels_select: shape(
    {},
    { ...input, ...confirmable, initial_channel: text(255), response_url_enabled: flag },
  ),
  multi_channels_select: shape({}, { ...input, ...confirmable, ...several, initial_channels: idList }),
  conversations_select: shape(
    {},
    {
      ...input,
      ...confirmable,
      initial_conversation: text(255),
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      filter: conversationFilter,
    },
  ),
  multi_conversations_select: shape(
    {},
    {
      ...input,
      ...confirmable,
      ...several,
      initial_conversations: idList,
      default_to_current_conversation: flag,
      filter: conversationFilter,
    },
  ),
  datepicker: shape({}, { ...input, ...confirmable, initial_date: text(10, 10, DATE) }),
  timepicker: shape({}, { ...input, ...confirmable, initial_time: text(5, 5, TIME), timezone: text(255) }),
  datetimepicker: shape({}, { ...actionable, ...focusable, ...confirmable, initial_date_time: finiteNumber }),
  plain_text_input: shape(
    {},
    {
      ...input,
      ...dispatch,
      initial_value: text(3000, 0),
      multiline: flag,
      min_length: integer(0, 3000),
      max_length: integer(1, 3000),
    },
  ),
  email_text_input: shape({}, { ...input, ...dispatch, initial_value: text(3000, 0) }),
  url_text_input: shape({}, { ...input, ...dispatch, initial_value: text(3000, 0) }),
  number_input: shape(
    { is_decimal_allowed: flag },
    {
      ...input,
      ...dispatch,
      initial_value: text(255, 0),
      min_value: text(255),
      max_value: text(255),
    },
  ),
  rich_text_input: shape(
    {},
    {
      ...input,
      ...dispatch,
      initial_value: richTextBlock,
      min_lines: integer(1, 100),
      max_lines: integer(1, 100),
    },
  ),
  file_input: all(
    shape({}, { ...actionable, filetypes: list(text(255), { max: 50 }), max_files: integer(1, 10) }),
    demand((_, scope) => scope.surface === 'modal', 'file_input is only supported in modals'),
  ),
  workflow_button: shape(
    {
      text: plainText(75),
      workflow: shape({
        trigger: shape(
          { url: text(3000) },
          {
            customizable_input_parameters: list(shape({ name: text(255), value: text(2000) }), { max: 100 }),
          },
        ),
      }),
    },
    { ...actionable, ...confirmable, ...buttonStyle, accessibility_label: text(75) },
  ),
  feedback_buttons: shape({ positive_button: feedbackButton, negative_button: feedbackButton }, actionable),
  icon_button: shape(
    { icon: oneOf('trash'), text: plainText(75) },
    {
      ...actionable,
      ...confirmable,
      value: text(2000, 0),
      accessibility_label: text(75),
      visible_to_user_ids: idList,
    },
  ),
  image: imageElement,
};

const SELECTS = ['static', 'external', 'users', 'channels', 'conversations'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const PICKERS = ['datepicker', 'timepicker', 'datetimepicker', 'checkboxes', 'radio_buttons'];
const TEXT_INPUTS = [
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
];

/** What each kind of block may hold. */
export const actionsElement = only(
  'button',
  'overflow',
  'workflow_button',
  'rich_text_input',
  ...SELECTS,
  ...PICKERS,
);
export const sectionAccessory = only(
  'button',
  'overflow',
  'workflow_button',
  'image',
  ...SELECTS,
  ...PICKERS,
);
export const inputElement = only('file_input', ...TEXT_INPUTS, ...SELECTS, ...PICKERS);
export const contextActionsElement = only('feedback_buttons', 'icon_button');

/** The options of a select, flat, whether they come in groups or not. */
export function offeredOptions(element: Record<string, unknown>): Record<string, unknown>[] {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isFields) : [];
  return [element.options, ...groups.map((group) => group.options)].flat().filter(isFields);
}

function only(...types: readonly string[]): Rule {
  return byType(Object.fromEntries(types.map((type) => [type, rules[type]])));
}
