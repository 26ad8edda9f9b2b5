/** Sentences in Slack's mrkdwn, with everything that came from outside escaped on the way in. */

/** Escapes a value from outside (a column name, a file name, a message) for mrkdwn: it can then neither mention
 *  anybody, nor link anywhere, nor change the formatting around it. */
export function escapeMrkdwn(text: string): string {
  return escapeEntities(text).replace(/[*~`]/g, (mark) => LOOKALIKE[mark] as string);
}

/** Characters that look like the formatting marks and mean nothing to Slack. The underscore stays: names are full of
 *  it, and the worst it can do is italics. */
const LOOKALIKE: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ' };

/** A template whose interpolated values are escaped; the text around them is ours and may hold formatting. */
export function say(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  return strings.reduce((text, part, i) => text + escapeMrkdwn(String(values[i - 1])) + part);
}

/** Longer names are cut: a value in a sentence is there to be recognised. */
const MOST_CODE_CHARACTERS = 120;

/** A value from outside set in code style, e.g. a column name: in one line, and cut when it is long. Backticks keep
 *  `_` and `*` literal by themselves. */
export function code(value: string): string {
  const characters = [
    ...value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll('`', LOOKALIKE['`'] as string),
  ];
  const shown =
    characters.length > MOST_CODE_CHARACTERS
      ? `${characters.slice(0, MOST_CODE_CHARACTERS - 1).join('')}…`
      : characters.join('');
  // Nothing, or blanks alone, would leave two bare backticks.
  return `\`${escapeEntities(shown.trim() === '' ? '(blank)' : shown)}\``;
}

/** A sentence from another room, in which names stand between backticks: those become code, and all of it is escaped. */
export function prose(sentence: string): string {
  const parts = sentence.split(/`([^`]+)`/);
  return parts.map((part, i) => (i % 2 === 1 ? code(part) : escapeMrkdwn(part))).join('');
}

/** The text as a person reads it: for transcripts, terminals and notifications. */
export function plainText(mrkdwn: string): string {
  return unescapeEntities(
    mrkdwn
      .replace(/<@([A-Z0-9]+)>/g, '@$1')
      .replace(/(^|[^\w])\*(?=\S)([^*\n]*[^*\s])\*(?!\w)/g, '$1$2')
      .replace(/`([^`\n]+)`/g, '$1'),
  );
}

/** Escapes the three characters that Slack gives a meaning in every text, fallback texts included. */
export function escapeEntities(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Undoes what Slack does to the three characters that have a meaning in its messages. */
export function unescapeEntities(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}
