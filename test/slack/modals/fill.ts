/** A form as it comes back: everything that was not entered keeps what it was filled in with. */
import type { ViewOutput } from '@slack/bolt';
import { type InputValues, stateValues } from '../../../playground/server/inputs.ts';
import type { Block } from '../../../playground/server/types.ts';
import type { Workspace } from '../../../playground/server/workspace.ts';

/** No input of our forms needs the workspace to be read back. */
const NO_WORKSPACE = {} as Workspace;

export function fill(blocks: readonly Block[], entered: InputValues = {}): Pick<ViewOutput, 'state'> {
  const values = stateValues(NO_WORKSPACE, blocks, entered);
  return { state: { values: values as ViewOutput['state']['values'] } };
}
