import type { FeedbackButtons, IconButton } from '@slack/types';
import { plainText } from '../text/text.tsx';
import { useDirectory } from '../workspace/directory.tsx';
import { useConfirmation } from './confirmation.tsx';
import { useSurface } from './surface.tsx';
import { type Place, useInput } from './use-input.ts';

/** Thumbs up and down under an answer; the last choice stays pressed. */
export function FeedbackButtonsElement({ element, place }: { element: FeedbackButtons; place: Place }) {
  const input = useInput<string | null>(place, element.action_id, null);
  const choices = [
    { ...element.positive_button, glyph: '👍' },
    { ...element.negative_button, glyph: '👎' },
  ];
  return (
    <span className="feedback">
      {choices.map(({ value, text, accessibility_label, glyph }) => (
        <button
          key={value}
          type="button"
          className="button button-quiet"
          aria-pressed={input.value === value}
          aria-label={accessibility_label}
          onClick={() => input.choose(value)}
        >
          <span aria-hidden="true">{glyph}</span> {plainText(text.text)}
        </button>
      ))}
    </span>
  );
}

/** Slack has one icon for it, the trash can, and shows it to the named people only. */
export function IconButtonElement({ element, place }: { element: IconButton; place: Place }) {
  const surface = useSurface();
  const { actor } = useDirectory();
  const confirmation = useConfirmation(element.confirm);
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(actor.id)) return null;
  const label = element.accessibility_label ?? plainText(element.text.text);
  return (
    <>
      <button
        type="button"
        className="button button-quiet"
        title={label}
        aria-label={label}
        onClick={() =>
          confirmation.run(() => void surface.act(place.blockId, element.action_id ?? '', element.value))
        }
      >
        🗑️
      </button>
      {confirmation.question}
    </>
  );
}
