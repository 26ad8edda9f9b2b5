import { identifier, imageElement, mrkdwn, picture, plainText, textObject } from './composition.ts';
import { actionsElement, button, contextActionsElement, inputElement, sectionAccessory } from './elements.ts';
import { richTextBlock, richTextElements } from './rich-text-rules.ts';
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
  type Surface,
  shape,
  text,
} from './rules.ts';

const MESSAGES: readonly Surface[] = ['message'];
const blockId = { block_id: identifier };
const taskStatus = oneOf('pending', 'in_progress', 'complete', 'error');

const rawText = shape({ type: oneOf('raw_text'), text: text(10_000, 0) });
const rawNumber = shape({ type: oneOf('raw_number'), value: finiteNumber, text: text(10_000, 0) });
const tableCell = byType({ raw_text: rawText, raw_number: rawNumber, rich_text: richTextBlock });
const equalRows = demand(
  (table) => {
    const rows = Array.isArray(table.rows) ? table.rows : [];
    return new Set(rows.map((row) => (Array.isArray(row) ? row.length : 0))).size <= 1;
  },
  'all rows must have the same number of cells',
  '/rows',
);

const card = all(
  shape(
    {},
    {
      ...blockId,
      hero_image: imageElement,
      icon: imageElement,
      title: mrkdwn(150),
      subtitle: mrkdwn(150),
      body: mrkdwn(200),
      actions: list(byType({ button }), { min: 1, max: 3 }),
    },
  ),
  demand(
    (value) => ['hero_image', 'title', 'body', 'actions'].some((field) => value[field] !== undefined),
    'must provide at least one of hero_image, title, body or actions',
  ),
);

const taskCard = shape(
  { task_id: text(255), title: text(256), status: taskStatus },
  {
    ...blockId,
    details: richTextBlock,
    output: richTextBlock,
    sources: list(shape({ type: oneOf('url'), url: text(3000), text: text(255) }), { max: 50 }),
  },
);

const point = shape({ label: text(20), value: finiteNumber });
const series = shape({ name: text(20), data: list(point, { min: 1, max: 20 }) });
const axes = shape(
  {},
  { categories: list(text(20), { min: 1, max: 20 }), x_label: text(50), y_label: text(50) },
);
const seriesChart = all(
  shape({ series: list(series, { min: 1, max: 6 }), axis_config: axes }),
  demand(seriesFitCategories, 'every series must have exactly one point per category', '/series'),
);
const chart = byType({
  line: seriesChart,
  bar: seriesChart,
  area: seriesChart,
  pie: shape({ segments: list(point, { min: 1, max: 6 }) }),
});

const rules: Record<string, Rule> = {
  actions: all(shape({ elements: list(actionsElement, { min: 1, max: 25 }) }, blockId), distinctActionIds),
  context: shape(
    {
      elements: list(byType({ image: imageElement, plain_text: plainText(3000), mrkdwn: mrkdwn(3000) }), {
        min: 1,
        max: 10,
      }),
    },
    blockId,
  ),
  context_actions: all(
    shape({ elements: list(contextActionsElement, { min: 1, max: 5 }) }, blockId),
    distinctActionIds,
    onlyIn(MESSAGES),
  ),
  divider: shape({}, blockId),
  file: shape({ source: oneOf('remote'), external_id: text(255) }, blockId),
  header: shape({ text: plainText(150) }, { ...blockId, level: integer(1, 4) }),
  image: all(
    shape(picture.required, { ...picture.optional, ...blockId, title: plainText(2000) }),
    picture.hasOneSource,
  ),
  input: shape(
    { label: plainText(2000), element: inputElement },
    { ...blockId, hint: plainText(2000), optional: flag, dispatch_action: flag },
  ),
  markdown: all(shape({ text: text(12_000) }, blockId), onlyIn(MESSAGES)),
  rich_text: shape({ elements: richTextElements }, blockId),
  section: all(
    shape(
      {},
      {
        ...blockId,
        text: textObject(3000),
        fields: list(textObject(2000), { min: 1, max: 10 }),
        accessory: sectionAccessory,
        expand: flag,
      },
    ),
    demand((block) => block.text !== undefined || block.fields !== undefined, 'missing required field: text'),
  ),
  table: all(
    shape(
      { rows: list(list(tableCell, { min: 1, max: 20 }), { min: 1, max: 100 }) },
      {
        ...blockId,
        column_settings: list(shape({}, { align: oneOf('left', 'center', 'right'), is_wrapped: flag }), {
          max: 20,
        }),
      },
    ),
    equalRows,
    onlyIn(MESSAGES),
  ),
  data_table: all(
    shape(
      { rows: list(list(tableCell, { min: 1, max: 20 }), { min: 2, max: 101 }), caption: text(2000) },
      { ...blockId, page_size: integer(1, 100), row_header_column_index: integer(0, 19) },
    ),
    equalRows,
    onlyIn(MESSAGES),
  ),
  card: all(card, onlyIn(MESSAGES)),
  carousel: all(shape({ elements: list(byType({ card }), { min: 1, max: 10 }) }, blockId), onlyIn(MESSAGES)),
  container: (value, pointer, scope) => container(value, pointer, scope),
  task_card: all(taskCard, onlyIn(MESSAGES)),
  plan: all(
    shape({ title: text(256) }, { ...blockId, tasks: list(byType({ task_card: taskCard }), { max: 50 }) }),
    onlyIn(MESSAGES),
  ),
  data_visualization: all(shape({ title: text(50), chart }, blockId), onlyIn(MESSAGES)),
  alert: all(
    shape(
      { text: textObject(200) },
      { ...blockId, level: oneOf('default', 'info', 'warning', 'error', 'success') },
    ),
    onlyIn(['modal']),
  ),
  video: shape(
    { video_url: text(3000), thumbnail_url: text(3000), alt_text: text(2000), title: plainText(200) },
    {
      ...blockId,
      title_url: text(3000),
      author_name: text(50),
      provider_name: text(255),
      provider_icon_url: text(3000),
      description: plainText(200),
    },
  ),
};

const CONTAINED = [
  'actions',
  'context',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
];

const container: Rule = shape(
  {
    child_blocks: list(byType(Object.fromEntries(CONTAINED.map((type) => [type, rules[type]]))), {
      min: 1,
      max: 10,
    }),
  },
  {
    ...blockId,
    title: plainText(150),
    rich_text_title: richTextBlock,
    subtitle: textObject(150),
    width: oneOf('narrow', 'standard', 'wide', 'full'),
    icon: imageElement,
    is_collapsible: flag,
    default_collapsed: flag,
    has_header_divider: flag,
  },
);

/** Any Block Kit block. */
export const block: Rule = byType(rules);

function onlyIn(surfaces: readonly Surface[]): Rule {
  return (value, pointer, { surface, problems }) => {
    if (isFields(value) && !surfaces.includes(surface)) {
      problems.push({ message: `unsupported type: ${String(value.type)}`, pointer: `${pointer}/type` });
    }
  };
}

function distinctActionIds(value: unknown, pointer: string, { problems }: Parameters<Rule>[2]): void {
  const elements = isFields(value) && Array.isArray(value.elements) ? value.elements : [];
  const seen = new Set<unknown>();
  elements.forEach((element, index) => {
    const id = isFields(element) ? element.action_id : undefined;
    if (id !== undefined && seen.has(id)) {
      problems.push({
        message: `\`action_id\` "${id}" already exists`,
        pointer: `${pointer}/elements/${index}/action_id`,
      });
    }
    seen.add(id);
  });
}

function seriesFitCategories(value: Record<string, unknown>): boolean {
  const axis = isFields(value.axis_config) ? value.axis_config : {};
  if (!Array.isArray(axis.categories) || !Array.isArray(value.series)) return true;
  const categories = [...axis.categories].sort();
  return value.series.every((entry) => {
    const points = isFields(entry) && Array.isArray(entry.data) ? entry.data : [];
    const labels = points.map((p) => (isFields(p) ? p.label : undefined)).sort();
    return labels.length === categories.length && labels.every((label, i) => label === categories[i]);
  });
}
