import type { InputValue } from '../workspace/page-api.ts';
import { useSurface } from './surface.tsx';

/** Where an element stands, and whether using it is news for the app. Elements of sections and action blocks tell
 *  the app at once; those of input blocks wait for the submission, unless the block says `dispatch_action`. */
export interface Place {
  readonly blockId: string;
  readonly dispatches: boolean;
  /** The ids of the label and of the hint and complaint, for an element of an input block. */
  readonly labelledBy?: string;
  readonly describedBy?: string;
  readonly isInvalid?: boolean;
}

interface Input<Value extends InputValue> {
  readonly value: Value;
  /** Keeps a value, as typing does. */
  set(value: Value): void;
  /** Keeps a value and tells the app, as choosing does. */
  choose(value: Value): void;
}

/** The value of one element: what the person chose, or what the app had chosen for them. */
export function useInput<Value extends InputValue>(
  place: Place,
  actionId: string | undefined,
  initial: Value,
): Input<Value> {
  const surface = useSurface();
  const id = actionId ?? '';
  const touched = surface.touched(place.blockId, id) as Value | undefined;
  const set = (value: Value) => surface.change(place.blockId, id, value);
  return {
    value: touched === undefined ? initial : touched,
    set,
    choose(value) {
      set(value);
      if (place.dispatches) void surface.act(place.blockId, id, value);
    },
  };
}

/** The accessible name, description and state that an element takes from its input block. */
export function described(place: Place, ownLabel: string) {
  if (!place.labelledBy) return { 'aria-label': ownLabel };
  return {
    'aria-labelledby': place.labelledBy,
    'aria-describedby': place.describedBy,
    'aria-invalid': place.isInvalid || undefined,
  };
}
