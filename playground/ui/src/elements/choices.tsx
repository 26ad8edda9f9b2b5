import type { Checkboxes, MultiStaticSelect, Option, RadioButtons } from '@slack/types';
import { useId, useState } from 'react';
import { plainText, Text } from '../text/text.tsx';
import { useConfirmation } from './confirmation.tsx';
import { described, type Place, useInput } from './use-input.ts';

interface ChoiceProps {
  readonly type: 'checkbox' | 'radio';
  readonly name: string;
  readonly option: Option;
  readonly isChosen: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isChosen: boolean) => void;
}

function Choice({ type, name, option, isChosen, isDisabled = false, onChange }: ChoiceProps) {
  return (
    <label className="choice">
      <input
        type={type}
        name={name}
        value={option.value}
        checked={isChosen}
        disabled={isDisabled}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>
        <Text value={option.text} />
        {option.description && <small>{plainText(option.description.text)}</small>}
      </span>
    </label>
  );
}

const valuesOf = (options: readonly Option[] = []): readonly string[] =>
  options.map((option) => option.value ?? '');

/** The chosen values in the order of the options, with one value put in or taken out. */
function toggled(chosen: readonly string[], value: string, isChosen: boolean, options: readonly Option[]) {
  const next = new Set(chosen);
  if (isChosen) next.add(value);
  else next.delete(value);
  return valuesOf(options).filter((other) => next.has(other));
}

export function CheckboxesElement({ element, place }: { element: Checkboxes; place: Place }) {
  const input = useInput(place, element.action_id, valuesOf(element.initial_options));
  const confirmation = useConfirmation(element.confirm);
  const name = useId();
  return (
    <fieldset className="choices" {...described(place, 'Choose any')}>
      {element.options.map((option) => (
        <Choice
          key={option.value}
          type="checkbox"
          name={name}
          option={option}
          isChosen={input.value.includes(option.value ?? '')}
          onChange={(isChosen) => {
            const next = toggled(input.value, option.value ?? '', isChosen, element.options);
            confirmation.run(() => input.choose(next));
          }}
        />
      ))}
      {confirmation.question}
    </fieldset>
  );
}

export function RadioButtonsElement({ element, place }: { element: RadioButtons; place: Place }) {
  const input = useInput<string | null>(place, element.action_id, element.initial_option?.value ?? null);
  const confirmation = useConfirmation(element.confirm);
  const name = useId();
  return (
    <fieldset className="choices" {...described(place, 'Choose one')}>
      {element.options.map((option) => (
        <Choice
          key={option.value}
          type="radio"
          name={name}
          option={option}
          isChosen={input.value === option.value}
          onChange={() => confirmation.run(() => input.choose(option.value ?? null))}
        />
      ))}
      {confirmation.question}
    </fieldset>
  );
}

/** From this many options on, a field narrows the list. */
const FILTER_FROM = 8;

/** A list to tick, narrowed by a filter when it is long; the chosen ones stay in view above it. */
export function MultiSelectElement({ element, place }: { element: MultiStaticSelect; place: Place }) {
  const groups = element.option_groups ?? [];
  const options = element.options ?? groups.flatMap((group) => group.options);
  const input = useInput(place, element.action_id, valuesOf(element.initial_options));
  const confirmation = useConfirmation(element.confirm);
  const [filter, setFilter] = useState('');
  const name = useId();
  const isFull = input.value.length >= (element.max_selected_items ?? Number.POSITIVE_INFINITY);
  const placeholder = plainText(element.placeholder?.text ?? 'Choose any');
  const isShown = (option: Option) => option.text.text.toLowerCase().includes(filter.toLowerCase());
  const choose = (value: string, isChosen: boolean) => {
    const next = toggled(input.value, value, isChosen, options);
    confirmation.run(() => input.choose(next));
  };
  return (
    <fieldset className="multi-select" {...described(place, placeholder)}>
      <div className="chips" aria-live="polite">
        {options
          .filter((option) => input.value.includes(option.value ?? ''))
          .map((option) => (
            <button
              key={option.value}
              type="button"
              className="chip"
              aria-label={`Remove ${option.text.text}`}
              onClick={() => choose(option.value ?? '', false)}
            >
              {plainText(option.text.text)} <span aria-hidden="true">×</span>
            </button>
          ))}
        {input.value.length === 0 && <span className="placeholder">{placeholder}</span>}
      </div>
      {options.length >= FILTER_FROM && (
        <input
          type="search"
          aria-label="Narrow the list"
          placeholder={`Find one of ${options.length}`}
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
      )}
      <div className="multi-select-list">
        {options.filter(isShown).map((option) => {
          const isChosen = input.value.includes(option.value ?? '');
          return (
            <Choice
              key={option.value}
              type="checkbox"
              name={name}
              option={option}
              isChosen={isChosen}
              isDisabled={isFull && !isChosen}
              onChange={(next) => choose(option.value ?? '', next)}
            />
          );
        })}
        {!options.some(isShown) && <p className="placeholder">Nothing fits “{filter}”.</p>}
      </div>
      {confirmation.question}
    </fieldset>
  );
}
