/** A finished picture with the words that Slack wants beside it. */
import { truncate } from '../format.ts';
import { renderScene } from './render.ts';
import type { Scene } from './scene.ts';

export interface Picture {
  /** Ends in `.png`; unique among the pictures of one report. */
  readonly fileName: string;
  readonly title: string;
  /** What the picture says, numbers included, for people who do not see it; at most 2,000 characters. */
  readonly altText: string;
  readonly png: Buffer;
}

/** A picture that is laid out but not drawn. */
export interface PictureSpec {
  readonly fileName: string;
  readonly title: string;
  readonly altText: string;
  readonly scene: Scene;
}

const MAX_ALT_TEXT = 2000;

/** Draws the picture. Pictures that are drawn one after another need no more memory than one: each is encoded on
 *  another thread, and the event loop in between frees the canvases. */
export async function drawPicture(spec: PictureSpec): Promise<Picture> {
  const { fileName, title, altText, scene } = spec;
  return { fileName, title, altText: truncate(altText, MAX_ALT_TEXT), png: await renderScene(scene) };
}
