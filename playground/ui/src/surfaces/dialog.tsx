import { type ReactNode, useLayoutEffect, useRef } from 'react';

const FIRST_FIELD =
  '[data-autofocus], input:not([type=hidden]), select, textarea, .dialog-footer button:last-child';

interface DialogProps {
  readonly label: string;
  readonly className: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal dialog on the browser's own `<dialog>`, which keeps the focus inside, makes the page behind it inert,
 *  gives the focus back at the end and stacks when a second one opens. Escape closes it. */
export function Dialog({ label, className, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      aria-label={label}
      className={`dialog ${className}`}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onClose={(event) => {
        // A browser may close the dialog at a second Escape without asking; the cleanup above closes it too,
        // but by then nobody listens.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
