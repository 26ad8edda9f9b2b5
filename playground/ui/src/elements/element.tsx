import { ButtonElement } from './button.tsx';
import { CheckboxesElement, MultiSelectElement, RadioButtonsElement } from './choices.tsx';
import { DateInputElement } from './date-input.tsx';
import { FeedbackButtonsElement, IconButtonElement } from './feedback.tsx';
import { FileInputElement } from './file-input.tsx';
import type { InteractiveElement } from './interactive-element.ts';
import { OverflowElement } from './overflow.tsx';
import { StaticSelectElement, UsersSelectElement } from './select.tsx';
import { TextInputElement } from './text-input.tsx';
import type { Place } from './use-input.ts';

/** One interactive element of Block Kit. A kind that the page does not know says so instead of vanishing. */
export function Element({ element, place }: { element: InteractiveElement; place: Place }) {
  switch (element.type) {
    case 'button':
      return <ButtonElement element={element} place={place} />;
    case 'static_select':
      return <StaticSelectElement element={element} place={place} />;
    case 'users_select':
      return <UsersSelectElement element={element} place={place} />;
    case 'multi_static_select':
      return <MultiSelectElement element={element} place={place} />;
    case 'checkboxes':
      return <CheckboxesElement element={element} place={place} />;
    case 'radio_buttons':
      return <RadioButtonsElement element={element} place={place} />;
    case 'overflow':
      return <OverflowElement element={element} place={place} />;
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return <TextInputElement element={element} place={place} />;
    case 'datepicker':
    case 'timepicker':
      return <DateInputElement element={element} place={place} />;
    case 'file_input':
      return <FileInputElement element={element} place={place} />;
    case 'feedback_buttons':
      return <FeedbackButtonsElement element={element} place={place} />;
    case 'icon_button':
      return <IconButtonElement element={element} place={place} />;
    default:
      return <span className="unknown">This page does not draw “{element.type}” yet.</span>;
  }
}
