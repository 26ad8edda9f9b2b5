/** A pretrained network as it is handed from thread to thread, and the one that a thread has open. */
import type { Backbone, BackboneSettings } from './backbone.ts';
import type { BackboneFiles } from './backbone-files.ts';
import { openBackbone } from './open-backbone.ts';

export interface PretrainedNetwork {
  /** Names content and settings: the same id, the same features. */
  readonly id: string;
  readonly files: BackboneFiles;
  readonly settings: BackboneSettings;
}

let kept: { readonly id: string; readonly opening: Promise<Backbone> } | undefined;

/** The network, opened. A thread keeps the last one, since opening takes longer than a fit of a head; nobody disposes it,
 *  and whoever changes its weights puts them back.
 *  @throws BACKBONE_UNREADABLE, BACKBONE_ENGINE_MISSING */
export async function opened({ id, files, settings }: PretrainedNetwork): Promise<Backbone> {
  if (kept?.id !== id) {
    const previous = kept;
    const opening = openBackbone(files, settings);
    kept = { id, opening };
    // A failure is not kept, nor is what was open before.
    opening.catch(() => {
      if (kept?.opening === opening) kept = undefined;
    });
    previous?.opening.then((backbone) => backbone.dispose()).catch(() => undefined);
  }
  return kept.opening;
}
