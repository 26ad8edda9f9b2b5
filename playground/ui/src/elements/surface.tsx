import type { KnownBlock } from '@slack/types';
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react';
import { useDirectory } from '../workspace/directory.tsx';
import { type ActionTarget, acts, type InputValue } from '../workspace/page-api.ts';
import { collectValues, type Touched } from './collect-values.ts';

/** What elements need from the message or view that holds them. */
interface Surface {
  /** What the person put into an input, undefined while it is untouched. */
  touched(blockId: string, actionId: string): InputValue | undefined;
  change(blockId: string, actionId: string, value: InputValue): void;
  /** Sends a block action to the app; ends when the app has taken it. Never rejects. */
  act(blockId: string, actionId: string, value?: InputValue): Promise<void>;
  /** The app's or the form's complaint about an input block. */
  errorOf(blockId: string): string | undefined;
}

const SurfaceContext = createContext<Surface | undefined>(undefined);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('useSurface was called outside of a SurfaceProvider');
  return surface;
}

export interface Inputs {
  readonly touched: Touched;
  change(blockId: string, actionId: string, value: InputValue): void;
  /** What the server is to know of them: the touched inputs that these blocks still have. */
  collect(blocks: readonly KnownBlock[]): Touched;
}

/** Holds what the person typed and chose. Values outlive an update of the blocks, as in Slack: an input that comes
 *  back under the same block_id and action_id keeps its value. */
export function useInputs(): Inputs {
  const [touched, setTouched] = useState<Touched>({});
  // A select both changes a value and sends it: the act must see the change before the next render.
  const latest = useRef(touched);
  return useMemo(
    () => ({
      touched,
      change(blockId, actionId, value) {
        const block = latest.current[blockId];
        latest.current = { ...latest.current, [blockId]: { ...block, [actionId]: value } };
        setTouched(latest.current);
      },
      collect: (blocks) => collectValues(blocks, latest.current),
    }),
    [touched],
  );
}

interface SurfaceProviderProps {
  readonly target: ActionTarget;
  readonly blocks: readonly KnownBlock[];
  readonly inputs: Inputs;
  readonly errors?: Readonly<Record<string, string>> | undefined;
  readonly children: ReactNode;
}

const NO_ERRORS: Readonly<Record<string, string>> = {};

export function SurfaceProvider(props: SurfaceProviderProps) {
  const { target, blocks, inputs, errors = NO_ERRORS, children } = props;
  const { actor, complain } = useDirectory();
  const surface: Surface = {
    touched: (blockId, actionId) => inputs.touched[blockId]?.[actionId],
    change: inputs.change,
    errorOf: (blockId) => errors[blockId],
    async act(blockId, actionId, value) {
      try {
        const { acked } = await acts.click({
          ...target,
          user: actor.id,
          block_id: blockId,
          action_id: actionId,
          ...(value === undefined ? {} : { value }),
          values: inputs.collect(blocks),
        });
        if (!acked) complain('The bot did not answer in three seconds. Please try again.');
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error));
      }
    },
  };
  return <SurfaceContext value={surface}>{children}</SurfaceContext>;
}
