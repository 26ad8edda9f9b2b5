/** Fits that are on their way, as artifacts: each state under the SHA-256 of its bytes, and a small pointer that says which
 *  of them counts. The last state is kept, and the one with the best loss where that is another; what the pointer does not
 *  name is removed. */
import { z } from 'zod';
import type { Checkpoint } from '../src/ml/search/fit-checkpoint.ts';
import { decodeWeights, encodeWeights } from '../src/models/weights.ts';
import { sha256 } from '../src/plan/identity.ts';
import type { Artifacts } from '../src/thread/ports.ts';

const Kept = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  fold: z.number().int(),
  loss: z.number().nullable(),
});
type Kept = z.infer<typeof Kept>;

const Pointer = z.object({
  format: z.literal('modelwright-checkpoints-1'),
  last: Kept,
  /** Of the same fold; null where the last one is the best. */
  best: Kept.nullable(),
});
type Pointer = z.infer<typeof Pointer>;

const Fit = z.object({ fold: z.number().int(), state: z.unknown() });

const POINTER = 'pointer';

export interface CheckpointShelf {
  /** @param folder of the fit, which ends in a slash. One state after the other, in the order of the calls. */
  save(folder: string, checkpoint: Checkpoint): Promise<void>;
  /** The last state; where it is damaged, the best one; else null. */
  find(folder: string): Promise<Checkpoint | null>;
  /** Forgets the fit. */
  remove(folder: string): Promise<void>;
}

/** @param warn told of every state that cannot be used. */
export function createCheckpointShelf(
  artifacts: Artifacts,
  warn: (sentence: string) => void,
): CheckpointShelf {
  const going = new Map<string, Promise<void>>();

  /** Two states of a fit that were written at the same time could each remove the other. */
  function inTurn(folder: string, step: () => Promise<void>): Promise<void> {
    const turn = (going.get(folder) ?? Promise.resolve()).catch(() => undefined).then(step);
    going.set(folder, turn);
    const forget = () => {
      if (going.get(folder) === turn) going.delete(folder);
    };
    turn.then(forget, forget);
    return turn;
  }

  async function readPointer(folder: string): Promise<Pointer | null> {
    const bytes = await artifacts.get(folder + POINTER);
    if (!bytes) return null;
    const parsed = Pointer.safeParse(parseJson(bytes));
    if (parsed.success) return parsed.data;
    warn(`the checkpoints in ${folder} are left: ${POINTER} cannot be read`);
    return null;
  }

  /** A name that nothing points to was written by a process that died, or has been replaced. */
  async function prune(folder: string, { last, best }: Pointer): Promise<void> {
    const kept = new Set([POINTER, last.sha256, best?.sha256].map((name) => `${folder}${name}`));
    for (const name of await artifacts.list(folder)) if (!kept.has(name)) await artifacts.remove(name);
  }

  async function readState(folder: string, { sha256: name }: Kept): Promise<Checkpoint | null> {
    const bytes = await artifacts.get(folder + name);
    if (bytes && sha256(bytes) === name) {
      const checkpoint = decode(bytes);
      if (checkpoint) return checkpoint;
    }
    const found = bytes ? 'its bytes are others than its name says' : 'it is gone';
    warn(`the checkpoint ${folder}${name} is not used: ${found}`);
    return null;
  }

  return {
    save: (folder, { fold, loss = null, state: { json, arrays } }) =>
      inTurn(folder, async () => {
        const bytes = encodeWeights({ json: { fold, state: json }, arrays });
        const last: Kept = { sha256: sha256(bytes), fold, loss };
        // The state first: what is pointed to must be there.
        await artifacts.put(folder + last.sha256, bytes);
        const before = await readPointer(folder);
        const pointer: Pointer = {
          format: 'modelwright-checkpoints-1',
          last,
          best: before && betterThan(last, before),
        };
        await artifacts.put(folder + POINTER, new TextEncoder().encode(JSON.stringify(pointer)));
        await prune(folder, pointer);
      }),

    async find(folder) {
      const pointer = await readPointer(folder);
      if (!pointer) return null;
      const last = await readState(folder, pointer.last);
      if (last || !pointer.best) return last;
      return readState(folder, pointer.best);
    },

    remove: (folder) =>
      inTurn(folder, async () => {
        // The pointer first: it must not point to what is gone.
        await artifacts.remove(folder + POINTER);
        for (const name of await artifacts.list(folder)) await artifacts.remove(name);
      }),
  };
}

/** Of what was kept before, the state of the same fold that is better than the last; null where none is. */
function betterThan(last: Kept, { last: previous, best }: Pointer): Kept | null {
  const lossOf = ({ loss }: Kept) => loss ?? Number.POSITIVE_INFINITY;
  const [better = null] = [best, previous]
    .filter((kept): kept is Kept => kept !== null && kept.fold === last.fold && lossOf(kept) < lossOf(last))
    .sort((a, b) => lossOf(a) - lossOf(b));
  return better?.sha256 === last.sha256 ? null : better;
}

/** What cannot be read saves no work, and costs none either. */
function decode(bytes: Uint8Array): Checkpoint | null {
  try {
    const { json, arrays } = decodeWeights(bytes);
    const { fold, state } = Fit.parse(json);
    return { fold, state: { json: state, arrays } };
  } catch {
    return null;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
