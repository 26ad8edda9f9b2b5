import type { TextObject } from '@slack/types';
import { memo } from 'react';
import { emojiGlyph } from './emoji.ts';
import { parseMrkdwn } from './mrkdwn.ts';
import { ProseView } from './prose-view.tsx';

/** A text with Slack's mrkdwn markup, drawn as paragraphs. */
export const Mrkdwn = memo(function Mrkdwn({ text }: { text: string }) {
  return (
    <div className="prose">
      <ProseView prose={parseMrkdwn(text)} />
    </div>
  );
});

/** Plain text knows no markup but emoji short codes. */
export function plainText(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (code, name: string) => emojiGlyph(name) ?? code);
}

/** Block Kit's text object: plain or mrkdwn. */
export function Text({ value }: { value: TextObject }) {
  return value.type === 'mrkdwn' ? <Mrkdwn text={value.text} /> : plainText(value.text);
}
