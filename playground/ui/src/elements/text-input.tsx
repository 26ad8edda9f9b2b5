import type { EmailInput, NumberInput, PlainTextInput, URLInput } from '@slack/types';
import type { KeyboardEvent } from 'react';
import { plainText } from '../text/text.tsx';
import { described, type Place, useInput } from './use-input.ts';

type TypedElement = PlainTextInput | NumberInput | EmailInput | URLInput;

function fieldProps(element: TypedElement) {
  switch (element.type) {
    case 'number_input':
      // Not type=number: a browser empties that field for "ten", and the complaint would be about nothing.
      return { type: 'text', inputMode: element.is_decimal_allowed ? 'decimal' : 'numeric' } as const;
    case 'plain_text_input':
      return { type: 'text', minLength: element.min_length, maxLength: element.max_length } as const;
    case 'email_text_input':
      return { type: 'email' } as const;
    case 'url_text_input':
      return { type: 'url' } as const;
  }
}

/** One typed line or, for multiline text, several. With `dispatch_action` the app hears of Enter, and of every
 *  character when it asked for that. Limits are checked by the server, whose complaint stands at the field. */
export function TextInputElement({ element, place }: { element: TypedElement; place: Place }) {
  const input = useInput<string>(place, element.action_id, element.initial_value ?? '');
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  const shared = {
    value: input.value,
    placeholder: element.placeholder && plainText(element.placeholder.text),
    ...described(place, element.placeholder?.text ?? 'Text'),
    ...(element.focus_on_load ? { 'data-autofocus': true } : {}),
    onChange({ target }: { target: { value: string } }) {
      if (triggers.includes('on_character_entered')) input.choose(target.value);
      else input.set(target.value);
    },
    onKeyDown(event: KeyboardEvent) {
      if (event.key === 'Enter' && place.dispatches && triggers.includes('on_enter_pressed')) {
        event.preventDefault();
        input.choose(input.value);
      }
    },
  };
  if (element.type === 'plain_text_input' && element.multiline) {
    return <textarea rows={3} maxLength={element.max_length} {...shared} />;
  }
  return <input {...fieldProps(element)} {...shared} />;
}
