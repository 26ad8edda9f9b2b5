import { all, byType, demand, flag, isFields, list, oneOf, type Rule, shape, text } from './rules.ts';

/** A block_id, action_id or callback_id. */
export const identifier = text(255, 0);

export function plainText(max: number, min = 1): Rule {
  return shape({ type: oneOf('plain_text'), text: text(max, min) }, { emoji: flag });
}

export function mrkdwn(max: number): Rule {
  return shape({ type: oneOf('mrkdwn'), text: text(max) }, { verbatim: flag });
}

/** Plain text or mrkdwn. */
export function textObject(max: number): Rule {
  return byType({ plain_text: plainText(max), mrkdwn: mrkdwn(max) });
}

const confirmation = shape(
  { text: textObject(300) },
  { title: plainText(100), confirm: plainText(30), deny: plainText(30), style: oneOf('primary', 'danger') },
);

export const confirmable = { confirm: confirmation };

/** An option of a select (plain text only) or of checkboxes and radio buttons (mrkdwn too). */
export function option(label: Rule): Rule {
  return shape({ text: label, value: text(150) }, { description: textObject(75), url: text(3000) });
}

/** Options with distinct values. */
export function options(rule: Rule, limits: { min: number; max: number }): Rule {
  return all(list(rule, limits), (value, pointer, { problems }) => {
    if (!Array.isArray(value)) return;
    const values = value.filter(isFields).map((entry) => entry.value);
    if (new Set(values).size < values.length) {
      problems.push({ message: 'option values must be unique', pointer });
    }
  });
}

const slackFile = all(
  shape({}, { id: text(255), url: text(3000) }),
  demand((file) => (file.id === undefined) !== (file.url === undefined), 'must provide either id or url'),
  demand((file, scope) => scope.pictureIsReady(file), 'invalid slack file'),
);

/** The fields of a picture, in an image block and in an image element alike. */
export const picture = {
  required: { alt_text: text(2000, 0) },
  optional: { image_url: text(3000, 1, /^https?:\/\//), slack_file: slackFile },
  hasOneSource: demand(
    (image) => (image.image_url === undefined) !== (image.slack_file === undefined),
    'must provide either image_url or slack_file',
  ),
};

export const imageElement = all(shape(picture.required, picture.optional), picture.hasOneSource);
