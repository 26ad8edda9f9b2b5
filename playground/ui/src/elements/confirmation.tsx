import type { ConfirmationDialog } from '@slack/types';
import { type ReactNode, useState } from 'react';
import { Dialog } from '../surfaces/dialog.tsx';
import { plainText, Text } from '../text/text.tsx';

interface Confirmation {
  /** Runs the act at once, or after the person has confirmed it. */
  run(act: () => void): void;
  /** The open question, to be placed beside the element. */
  readonly question: ReactNode;
}

/** The "are you sure?" of an element; without `confirm` there is no question. */
export function useConfirmation(confirm: ConfirmationDialog | undefined): Confirmation {
  const [pending, setPending] = useState<() => void>();
  const close = () => setPending(undefined);
  const question = pending && confirm && (
    <Dialog
      label={plainText(confirm.title?.text ?? 'Are you sure?')}
      className="dialog-small"
      onClose={close}
    >
      <h2 className="dialog-title">{plainText(confirm.title?.text ?? 'Are you sure?')}</h2>
      <div className="dialog-body">
        <Text value={confirm.text} />
      </div>
      <div className="dialog-footer">
        <button type="button" className="button" onClick={close}>
          {plainText(confirm.deny?.text ?? 'Cancel')}
        </button>
        <button
          type="button"
          data-autofocus
          className={`button button-${confirm.style ?? 'primary'}`}
          onClick={() => {
            close();
            pending();
          }}
        >
          {plainText(confirm.confirm?.text ?? 'Yes')}
        </button>
      </div>
    </Dialog>
  );
  return { run: (act) => (confirm ? setPending(() => act) : act()), question };
}
