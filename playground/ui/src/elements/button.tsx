import type { Button } from '@slack/types';
import { useState } from 'react';
import { plainText } from '../text/text.tsx';
import { useConfirmation } from './confirmation.tsx';
import { useSurface } from './surface.tsx';
import type { Place } from './use-input.ts';

/** A button waits for the app's answer before it can be pressed again; one with `url` opens it as well. */
export function ButtonElement({ element, place }: { element: Button; place: Place }) {
  const surface = useSurface();
  const confirmation = useConfirmation(element.confirm);
  const [isBusy, setBusy] = useState(false);

  const press = async () => {
    if (element.url !== undefined && /^https?:/i.test(element.url)) {
      window.open(element.url, '_blank', 'noopener,noreferrer');
    }
    setBusy(true);
    await surface.act(place.blockId, element.action_id ?? '', element.value);
    setBusy(false);
  };

  return (
    <>
      <button
        type="button"
        className={element.style ? `button button-${element.style}` : 'button'}
        aria-label={element.accessibility_label}
        aria-busy={isBusy}
        onClick={() => {
          if (!isBusy) confirmation.run(() => void press());
        }}
      >
        {plainText(element.text.text)}
      </button>
      {confirmation.question}
    </>
  );
}
