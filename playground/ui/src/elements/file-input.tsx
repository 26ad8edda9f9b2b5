import type { FileInput } from '@slack/types';
import { useState } from 'react';
import { useDirectory } from '../workspace/directory.tsx';
import { acts } from '../workspace/page-api.ts';
import { described, type Place, useInput } from './use-input.ts';

/** Files are uploaded when they are chosen; the form then carries their ids. */
export function FileInputElement({ element, place }: { element: FileInput; place: Place }) {
  const { actor, complain } = useDirectory();
  const input = useInput<readonly string[]>(place, element.action_id, []);
  const [isBusy, setBusy] = useState(false);
  const upload = async (files: readonly File[]) => {
    setBusy(true);
    try {
      const uploaded = await Promise.all(files.map((file) => acts.upload(actor.id, file)));
      input.choose(uploaded.map((file) => file.id));
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <input
      type="file"
      multiple={(element.max_files ?? 10) > 1}
      accept={element.filetypes?.map((type) => `.${type}`).join(',')}
      aria-busy={isBusy}
      {...described(place, 'Choose a file')}
      onChange={({ target }) => void upload([...(target.files ?? [])])}
    />
  );
}
