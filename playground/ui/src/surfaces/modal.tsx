import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Blocks } from '../blocks/blocks.tsx';
import { SurfaceProvider, useInputs } from '../elements/surface.tsx';
import { plainText } from '../text/text.tsx';
import { useDirectory } from '../workspace/directory.tsx';
import { acts, type View } from '../workspace/page-api.ts';
import { Dialog } from './dialog.tsx';

type Errors = Readonly<Record<string, string>>;

const NO_ERRORS: Errors = {};
const LATE = 'The bot did not answer in three seconds. What you entered is kept: please submit again.';

/** One view of a person's modal stack as a form. It closes, changes or gives way to the next view when the server
 *  says so; until then it stays as it is. */
export function Modal({ view }: { view: View }) {
  const { actor } = useDirectory();
  const inputs = useInputs();
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState(NO_ERRORS);
  const [notice, setNotice] = useState('');
  const [isBusy, setBusy] = useState(false);
  const title = plainText(view.title?.text ?? 'Form');

  // An updated view is a new question: old complaints are about the old one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash changes with every update of the view
  useEffect(() => {
    setErrors(NO_ERRORS);
    setNotice('');
  }, [view.hash]);

  useEffect(() => {
    if (errors === NO_ERRORS) return;
    form.current?.querySelector<HTMLElement>('.field-invalid :is(input, select, textarea)')?.focus();
  }, [errors]);

  const attempt = async (act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      setNotice(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A confirm dialog inside of this form is not this form.
    if (isBusy || event.target !== form.current) return;
    void attempt(async () => {
      const answer = await acts.submitModal({
        user: actor.id,
        view_id: view.id,
        values: inputs.collect(view.blocks),
      });
      setErrors(answer.errors ?? NO_ERRORS);
      setNotice(answer.outcome === 'timeout' ? LATE : '');
    });
  };

  const close = () =>
    void attempt(async () => {
      await acts.closeModal({ user: actor.id, view_id: view.id });
    });

  return (
    <Dialog label={title} className="modal" onClose={close}>
      <form ref={form} noValidate onSubmit={submit}>
        <div className="dialog-head">
          <h2 className="dialog-title">{title}</h2>
          <button type="button" className="button button-icon" aria-label="Close" onClick={close}>
            ✕
          </button>
        </div>
        <div className="dialog-body">
          {notice && (
            <p className="alert" data-level="warning" role="alert">
              {notice}
            </p>
          )}
          <SurfaceProvider target={{ view_id: view.id }} blocks={view.blocks} inputs={inputs} errors={errors}>
            <Blocks blocks={view.blocks} />
          </SurfaceProvider>
        </div>
        <div className="dialog-footer">
          <button type="button" className="button" onClick={close}>
            {plainText(view.close?.text ?? (view.submit ? 'Cancel' : 'Close'))}
          </button>
          {view.submit && (
            <button type="submit" className="button button-primary" aria-busy={isBusy}>
              {plainText(view.submit.text)}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
