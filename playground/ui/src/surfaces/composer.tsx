import {
  type ClipboardEvent,
  type KeyboardEvent,
  type Ref,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useDirectory } from '../workspace/directory.tsx';
import { acts, type SharedFile, type User } from '../workspace/page-api.ts';
import { FileLabel } from './files.tsx';
import { completionAt } from './suggestions.ts';

export interface ComposerHandle {
  /** Uploads files and holds them until the message is sent. */
  attach(files: readonly File[]): void;
  /** Writes a text, for the person to read, change and send. */
  write(text: string): void;
}

interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly uploaded: SharedFile | undefined;
}

interface ComposerProps {
  readonly label: string;
  readonly bot: User;
  readonly commands: readonly string[];
  /** Resolves once the server has taken the message; rejects with a sentence when it has not. */
  readonly send: (text: string, fileIds: readonly string[]) => Promise<void>;
  readonly ref?: Ref<ComposerHandle>;
}

/** Where a message is written: Enter sends, Shift+Enter begins a line, files come by button, paste or drop. */
export function Composer({ label, bot, commands, send, ref }: ComposerProps) {
  const { actor, users, complain } = useDirectory();
  const [text, setText] = useState('');
  const [caret, setCaret] = useState(0);
  const [attachments, setAttachments] = useState<readonly Attachment[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [marked, setMarked] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const moveCaretTo = useRef<number>(undefined);
  const listId = useId();

  const completion = completionAt(text, caret, users, commands);
  const suggestions = isDismissed ? [] : completion.suggestions;
  const markedAt = Math.min(marked, suggestions.length - 1);
  const isUploading = attachments.some(({ uploaded }) => uploaded === undefined);
  const isEmpty = text.trim() === '' && attachments.length === 0;

  // The caret can only be moved once the new text is in the field.
  useLayoutEffect(() => {
    if (moveCaretTo.current === undefined) return;
    field.current?.focus();
    field.current?.setSelectionRange(moveCaretTo.current, moveCaretTo.current);
    moveCaretTo.current = undefined;
  });

  const write = (next: string, nextCaret = next.length) => {
    setText(next);
    setCaret(nextCaret);
    setMarked(0);
    setDismissed(false);
    moveCaretTo.current = nextCaret;
  };

  const attach = (files: readonly File[]) => {
    for (const file of files) {
      const key = crypto.randomUUID();
      setAttachments((all) => [...all, { key, name: file.name, uploaded: undefined }]);
      acts.upload(actor.id, file).then(
        (uploaded) =>
          setAttachments((all) => all.map((other) => (other.key === key ? { ...other, uploaded } : other))),
        (error: Error) => {
          setAttachments((all) => all.filter((other) => other.key !== key));
          complain(`${file.name} could not be uploaded. ${error.message}`);
        },
      );
    }
  };

  useImperativeHandle(ref, () => ({ attach, write }));

  const submit = async () => {
    if (isBusy || isUploading || isEmpty) return;
    setBusy(true);
    try {
      const fileIds = attachments.flatMap(({ uploaded }) => (uploaded ? [uploaded.id] : []));
      await send(text.trim(), fileIds);
      write('');
      setAttachments([]);
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };

  const complete = (insert: string) => {
    const { from } = completion;
    write(text.slice(0, from) + insert + text.slice(caret), from + insert.length);
  };

  const mentionBot = () => {
    const mention = `@${bot.name} `;
    if (!text.toLowerCase().includes(mention.trim())) write(mention + text);
    else field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (suggestions.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        setMarked((markedAt + step + suggestions.length) % suggestions.length);
        return;
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        setDismissed(true);
        return;
      }
      if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey)) {
        event.preventDefault();
        complete(suggestions[markedAt].insert);
        return;
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    }
  };

  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    attach(files);
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {suggestions.length > 0 && (
        <div className="suggestions" role="listbox" id={listId} aria-label="Suggestions">
          {suggestions.map(({ label: name, note, insert }, index) => (
            <div
              key={name}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === markedAt}
              // Before the field loses the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                complete(insert);
              }}
            >
              <strong>{name}</strong> <small>{note}</small>
            </div>
          ))}
        </div>
      )}
      {attachments.length > 0 && (
        <ul className="attachments" aria-label="Files to send">
          {attachments.map(({ key, name, uploaded }) => (
            <li key={key} className="file" aria-busy={uploaded === undefined}>
              <FileLabel name={name} note={uploaded ? 'ready to send' : 'uploading…'} />
              <button
                type="button"
                className="button button-icon"
                aria-label={`Remove ${name}`}
                onClick={() => setAttachments((all) => all.filter((other) => other.key !== key))}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        rows={1}
        aria-label={label}
        placeholder={label}
        value={text}
        role="combobox"
        aria-expanded={suggestions.length > 0}
        aria-controls={listId}
        aria-activedescendant={suggestions.length > 0 ? `${listId}-${markedAt}` : undefined}
        onChange={({ target }) => {
          setText(target.value);
          setCaret(target.selectionStart);
          setMarked(0);
          setDismissed(false);
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="composer-bar">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ target }) => {
            attach([...(target.files ?? [])]);
            target.value = '';
          }}
        />
        <button
          type="button"
          className="button button-icon"
          aria-label="Attach files"
          title="Attach files"
          onClick={() => picker.current?.click()}
        >
          +
        </button>
        <button
          type="button"
          className="chip chip-mention"
          aria-label={`Mention @${bot.real_name}`}
          onClick={mentionBot}
        >
          @{bot.real_name}
        </button>
        <span className="composer-hint">Enter to send · Shift+Enter for a new line</span>
        <button
          type="submit"
          className="button button-primary composer-send"
          disabled={isEmpty || isUploading}
          aria-busy={isBusy}
        >
          Send
        </button>
      </div>
    </form>
  );
}
