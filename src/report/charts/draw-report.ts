/** All pictures of a report, in the order in which they are read. */
import type { Report } from '../report.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { forecastPicture } from './forecast-picture.ts';
import { importancePicture } from './importance.ts';
import { leaderboardTable } from './leaderboard-table.ts';
import { metricTable } from './metric-table.ts';
import { drawPicture, type Picture, type PictureSpec } from './picture.ts';
import { residualsPicture } from './residuals.ts';
import { trainingCurves } from './training-curves.ts';
import { trialHistory } from './trial-history.ts';

const PICTURES = [
  forecastPicture,
  metricTable,
  trainingCurves,
  trialHistory,
  leaderboardTable,
  confusionMatrix,
  residualsPicture,
  importancePicture,
] as const;

/** The pictures that the report has, in their order; those that do not apply are left out. */
export function layReport(report: Report): PictureSpec[] {
  return PICTURES.flatMap((lay) => lay(report) ?? []);
}

/** Draws one after another, so that memory holds one picture at a time. */
export async function drawReport(report: Report): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const spec of layReport(report)) pictures.push(await drawPicture(spec));
  return pictures;
}
