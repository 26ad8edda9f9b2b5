import type { PlainTextOption, StaticSelect, UsersSelect } from '@slack/types';
import { plainText } from '../text/text.tsx';
import { displayName, useDirectory } from '../workspace/directory.tsx';
import { useConfirmation } from './confirmation.tsx';
import { described, type Place, useInput } from './use-input.ts';

function Options({ options }: { options: readonly PlainTextOption[] }) {
  return options.map((option) => (
    <option key={option.value} value={option.value}>
      {plainText(option.text.text)}
    </option>
  ));
}

/** The browser's own select: it works with a keyboard, a screen reader and a thumb. */
export function StaticSelectElement({ element, place }: { element: StaticSelect; place: Place }) {
  const input = useInput<string | null>(place, element.action_id, element.initial_option?.value ?? null);
  const confirmation = useConfirmation(element.confirm);
  const groups = element.option_groups ?? [];
  const options = element.options ?? groups.flatMap((group) => group.options);
  const description = options.find((option) => option.value === input.value)?.description;
  const placeholder = plainText(element.placeholder?.text ?? 'Choose one');
  return (
    <span className="select">
      <select
        value={input.value ?? ''}
        {...described(place, placeholder)}
        onChange={({ target }) => {
          const { value } = target;
          confirmation.run(() => input.choose(value === '' ? null : value));
        }}
      >
        <option value="" disabled={place.dispatches}>
          {placeholder}
        </option>
        {groups.length === 0 && <Options options={options} />}
        {groups.map((group) => (
          <optgroup key={group.label.text} label={plainText(group.label.text)}>
            <Options options={group.options} />
          </optgroup>
        ))}
      </select>
      {description && <small>{plainText(description.text)}</small>}
      {confirmation.question}
    </span>
  );
}

export function UsersSelectElement({ element, place }: { element: UsersSelect; place: Place }) {
  const { users } = useDirectory();
  const input = useInput<string | null>(place, element.action_id, element.initial_user ?? null);
  const confirmation = useConfirmation(element.confirm);
  const placeholder = plainText(element.placeholder?.text ?? 'Choose a person');
  return (
    <span className="select">
      <select
        value={input.value ?? ''}
        {...described(place, placeholder)}
        onChange={({ target }) => {
          const { value } = target;
          confirmation.run(() => input.choose(value === '' ? null : value));
        }}
      >
        <option value="" disabled={place.dispatches}>
          {placeholder}
        </option>
        {users.map((user) => (
          <option key={user.id} value={user.id}>
            {displayName(user)}
          </option>
        ))}
      </select>
      {confirmation.question}
    </span>
  );
}
