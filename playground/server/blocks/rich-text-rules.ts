import { byType, finiteNumber, flag, integer, list, oneOf, type Rule, shape, text } from './rules.ts';

const MOST_CHARACTERS = 40_000;

const style = {
  style: shape({}, { bold: flag, italic: flag, strike: flag, code: flag, underline: flag, highlight: flag }),
};

const inline: Rule = byType({
  text: shape({ text: text(MOST_CHARACTERS) }, style),
  link: shape({ url: text(3000) }, { text: text(MOST_CHARACTERS), unsafe: flag, ...style }),
  emoji: shape(
    { name: text(255) },
    { unicode: text(255), url: text(3000), skin_tone: integer(1, 6), ...style },
  ),
  user: shape({ user_id: text(255) }, style),
  usergroup: shape({ usergroup_id: text(255) }, style),
  channel: shape({ channel_id: text(255) }, style),
  team: shape({ team_id: text(255) }, style),
  broadcast: shape({ range: oneOf('here', 'channel', 'everyone') }, style),
  color: shape({ value: text(255) }, style),
  date: shape(
    { timestamp: finiteNumber, format: text(255) },
    { url: text(3000), fallback: text(3000), ...style },
  ),
});

const inlines = list(inline, { max: 10_000 });
const section = shape({ elements: inlines });
const border = { border: oneOf(0, 1) };

const part: Rule = byType({
  rich_text_section: section,
  rich_text_quote: shape({ elements: inlines }, border),
  rich_text_preformatted: shape(
    { elements: list(byType({ text: inline, link: inline }), { max: 10_000 }) },
    { ...border, language: text(255) },
  ),
  rich_text_list: shape(
    {
      elements: list(byType({ rich_text_section: section }), { max: 10_000 }),
      style: oneOf('bullet', 'ordered'),
    },
    { ...border, indent: integer(0, 8), offset: integer(0, 1_000_000) },
  ),
});

/** The body of a `rich_text` block. */
export const richTextElements = list(part, { max: 1_000 });

/** A `rich_text` block inside another one, where it needs no id. */
export const richTextBlock = shape(
  { type: oneOf('rich_text'), elements: richTextElements },
  { block_id: text(255, 0) },
);
