/** The pictures of each chapter, in the order in which they are read. */
import type { ChapterName, ChapterSource } from '../chapters/chapter.ts';
import { ablationPicture } from './ablation-picture.ts';
import { costPicture, rankingPicture, reliabilityPicture } from './decision-pictures.ts';
import { dependencePicture } from './dependence-picture.ts';
import { effectsPicture } from './effects-picture.ts';
import { fairnessPicture } from './fairness-picture.ts';
import { importancePicture } from './importance.ts';
import { learningPicture } from './learning-picture.ts';
import { parallelCoordinates } from './parallel-coordinates.ts';
import { drawPicture, type Picture, type PictureSpec } from './picture.ts';
import { rowPicture } from './row-picture.ts';
import { slices } from './slices.ts';
import { slicesPicture } from './slices-picture.ts';
import { stabilityPicture } from './stability-picture.ts';

/** Each lays out one picture; null where it does not apply. */
const PICTURES: Readonly<Record<ChapterName, readonly ((source: ChapterSource) => PictureSpec | null)[]>> = {
  explain: [({ report }) => importancePicture(report), effectsPicture, dependencePicture],
  row: [rowPicture],
  errors: [slicesPicture],
  fairness: [fairnessPicture],
  decide: [costPicture, reliabilityPicture, rankingPicture],
  stability: [stabilityPicture],
  ablation: [ablationPicture],
  learning: [learningPicture],
  trials: [({ report }) => parallelCoordinates(report), ({ report }) => slices(report)],
  card: [],
};

/** Those that do not apply are left out. */
export function layChapter(name: ChapterName, source: ChapterSource): PictureSpec[] {
  return PICTURES[name].flatMap((lay) => lay(source) ?? []);
}

export async function drawChapter(name: ChapterName, source: ChapterSource): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const spec of layChapter(name, source)) pictures.push(await drawPicture(spec));
  return pictures;
}
