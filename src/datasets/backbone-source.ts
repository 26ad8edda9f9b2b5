/** How a person names a pretrained network: an https link or a folder, and behind `#` what its files do not say. */
import { basename } from 'node:path';
import { z } from 'zod';
import { ModelwrightError } from '../errors/errors.ts';
import type { BackboneSettings } from '../ml/neural/backbones/backbone.ts';

export interface BackboneSource {
  /** An https URL of `model.json` or a `.onnx` file, or the path of such a file or of the folder that holds it. */
  readonly location: string;
  /** The content that it must have, in hexadecimal; null to take what comes. */
  readonly sha256: string | null;
  readonly settings: BackboneSettings;
}

const Options = z.strictObject({
  normalisation: z.enum(['unit', 'signed', 'imagenet']).default('signed'),
  output: z.string().min(1).max(500).optional(),
  side: z.coerce.number().int().min(8).max(1024).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'it is not 64 hexadecimal digits')
    .transform((hash) => hash.toLowerCase())
    .optional(),
});

/** @param text such as `https://host/mobilenet/model.json#normalisation=signed&sha256=…` or `nets/resnet.onnx`.
 *  @throws BACKBONE_UNREADABLE for options that are not known. */
export function parseBackboneSource(text: string): BackboneSource {
  const [location = '', fragment = ''] = splitOnce(text.trim());
  const name = basename(location.replace(/[?].*$/, '')) || location;
  const parsed = Options.safeParse(Object.fromEntries(new URLSearchParams(fragment)));
  if (!parsed.success || location === '') {
    const issue = parsed.error?.issues[0];
    const detail = issue ? `its option ${issue.path.join('.')}: ${issue.message}` : 'it has no address';
    throw new ModelwrightError('BACKBONE_UNREADABLE', { name, detail });
  }
  const { sha256 = null, output, side, normalisation } = parsed.data;
  return {
    location,
    sha256,
    settings: { name, normalisation, ...(output && { output }), ...(side && { side }) },
  };
}

/** A source by content alone: the name of a network with its settings and hash, which `parseBackboneSource` reads. Plans and
 *  models record it. */
export function backboneId({ name, normalisation, output, side }: BackboneSettings, sha256: string): string {
  const options = new URLSearchParams({
    normalisation,
    ...(output !== undefined && { output }),
    ...(side !== undefined && { side: String(side) }),
    sha256,
  });
  return `${name}#${options}`;
}

function splitOnce(text: string): string[] {
  const at = text.indexOf('#');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
