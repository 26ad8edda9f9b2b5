import type { Datepicker, Timepicker } from '@slack/types';
import { useConfirmation } from './confirmation.tsx';
import { described, type Place, useInput } from './use-input.ts';

/** The browser's own pickers, whose values already are Slack's `YYYY-MM-DD` and `HH:mm`. */
export function DateInputElement({ element, place }: { element: Datepicker | Timepicker; place: Place }) {
  const isDate = element.type === 'datepicker';
  const initial = isDate ? element.initial_date : element.initial_time;
  const input = useInput<string | null>(place, element.action_id, initial ?? null);
  const confirmation = useConfirmation(element.confirm);
  return (
    <>
      <input
        type={isDate ? 'date' : 'time'}
        value={input.value ?? ''}
        {...described(place, element.placeholder?.text ?? (isDate ? 'Date' : 'Time'))}
        onChange={({ target }) => {
          const { value } = target;
          confirmation.run(() => input.choose(value === '' ? null : value));
        }}
      />
      {confirmation.question}
    </>
  );
}
