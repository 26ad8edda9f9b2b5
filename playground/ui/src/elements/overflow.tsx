import type { Overflow } from '@slack/types';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { plainText } from '../text/text.tsx';
import { useConfirmation } from './confirmation.tsx';
import { useSurface } from './surface.tsx';
import type { Place } from './use-input.ts';

/** The "⋯" menu: arrows move, Escape and a click elsewhere close it. */
export function OverflowElement({ element, place }: { element: Overflow; place: Place }) {
  const surface = useSurface();
  const confirmation = useConfirmation(element.confirm);
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const closeOutside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [isOpen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      // Only the menu closes, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      opener.current?.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items.at((at + step) % items.length)?.focus();
  };

  return (
    <span className="overflow" ref={root}>
      <button
        type="button"
        ref={opener}
        className="button button-icon"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        ⋯
      </button>
      {isOpen && (
        <div className="menu" role="menu" tabIndex={-1} onKeyDown={onKeyDown}>
          {element.options.map((option) => (
            <button
              key={option.value}
              type="button"
              role="menuitem"
              onClick={() => {
                setOpen(false);
                opener.current?.focus();
                const { value } = option;
                confirmation.run(() => void surface.act(place.blockId, element.action_id ?? '', value));
              }}
            >
              {plainText(option.text.text)}
              {option.description && <small>{plainText(option.description.text)}</small>}
            </button>
          ))}
        </div>
      )}
      {confirmation.question}
    </span>
  );
}
