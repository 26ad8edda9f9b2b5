import type { InputBlock } from '@slack/types';
import { useId } from 'react';
import { Element } from '../elements/element.tsx';
import { useSurface } from '../elements/surface.tsx';
import { plainText } from '../text/text.tsx';

/** A labelled field of a form; the complaint about it stands right below it and is read out when it appears. */
export function InputBlockView({ block, blockId }: { block: InputBlock; blockId: string }) {
  const error = useSurface().errorOf(blockId);
  const id = useId();
  const describedBy = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className={error ? 'field field-invalid' : 'field'}>
      <div className="field-label" id={`${id}-label`}>
        {plainText(block.label.text)}
        {block.optional && <span className="field-optional"> (optional)</span>}
      </div>
      <Element
        element={block.element}
        place={{
          blockId,
          dispatches: block.dispatch_action ?? false,
          labelledBy: `${id}-label`,
          ...(describedBy === '' ? {} : { describedBy }),
          isInvalid: error !== undefined,
        }}
      />
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {block.hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {plainText(block.hint.text)}
        </p>
      )}
    </div>
  );
}
