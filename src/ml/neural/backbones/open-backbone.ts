/** From files to a network that can be asked. */
import { startBackend } from '../backend.ts';
import type { Backbone, BackboneSettings } from './backbone.ts';
import { type BackboneFiles, readManifest } from './backbone-files.ts';

/** Opens the network; the engine of its format is loaded only then.
 *  @throws BACKBONE_UNREADABLE, BACKBONE_ENGINE_MISSING */
export async function openBackbone(files: BackboneFiles, settings: BackboneSettings): Promise<Backbone> {
  await startBackend();
  if (files.kind === 'onnx') return (await import('./onnx-backbone.ts')).openOnnx(files.model, settings);
  if (readManifest(files.modelJson, settings.name).format === 'layers') {
    return (await import('./layers-backbone.ts')).openLayers(files, settings);
  }
  return (await import('./graph-backbone.ts')).openGraph(files, settings);
}
