/** Every picture that a run of the gallery has: of its data, of its report and of its chapters. */
import { answerQuestion } from '../../src/datasets/answer-question.ts';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import { examineClaim } from '../../src/ml/search/examine-claim.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import { ChapterName, type ChapterSource } from '../../src/report/chapters/chapter.ts';
import { answerPicture } from '../../src/report/charts/answer-picture.ts';
import { claimPicture } from '../../src/report/charts/claim-picture.ts';
import { layChapter } from '../../src/report/charts/draw-chapter.ts';
import { layReport } from '../../src/report/charts/draw-report.ts';
import type { PictureSpec } from '../../src/report/charts/picture.ts';
import { profilePicture } from '../../src/report/charts/profile-picture.ts';
import { variantsPicture } from '../../src/report/charts/variants-picture.ts';
import { usualLeastGain } from '../../src/report/claim-check.ts';
import { changeRequirements, NO_REQUIREMENTS } from '../../src/requirements/requirements.ts';
import type { ShownRun } from './shown.ts';
import type { GalleryRun } from './train.ts';

export async function picturesOf(shown: ShownRun, run: GalleryRun): Promise<PictureSpec[]> {
  const { data, target, report, evidence } = run;
  const { profile } = data;
  const labels = target.classes.map(({ label }) => label);
  const { costs } = shown.requirements;
  const source: ChapterSource = { report, evidence, ...(costs && { costs }), ...rowOf(run) };
  const specs = [
    profilePicture(profile, target, data.name),
    ...(profile.images ? [variantsPicture(profile.images, labels)] : []),
    ...(await answered(shown, run)),
    ...(await claimed(shown, run)),
    ...layReport(report),
    ...ChapterName.options.flatMap((name) => layChapter(name, source)),
  ];
  // A chapter may repeat a picture of the report.
  return specs.filter(({ fileName }, i) => specs.findIndex((one) => one.fileName === fileName) === i);
}

async function answered({ asked }: ShownRun, { data }: GalleryRun): Promise<PictureSpec[]> {
  if (!asked) return [];
  const { table } = await readDataset(data.path, { name: data.name });
  return [answerPicture(asked.title, await answerQuestion(table, asked.question))];
}

/** What the conversation says to somebody who has a model already. */
async function claimed({ claim }: ShownRun, { data, target }: GalleryRun): Promise<PictureSpec[]> {
  if (!claim) return [];
  const { table } = await readDataset(data.path, { name: data.name });
  const experiment = plannedExperiment(data.profile, target, changeRequirements(NO_REQUIREMENTS, {}));
  const { metric, score } = claim;
  const spec = claimPicture({
    ...claim,
    target: target.target,
    task: experiment.task,
    leastGain: usualLeastGain(metric, score),
    holdoutRows: Math.round(data.profile.rows * experiment.holdoutFraction),
    findings: await examineClaim(table, experiment, metric),
    problem: null,
    uploaded: null,
  });
  return spec ? [spec] : [];
}

/** A row that is explained: the one in the middle. */
function rowOf({ evidence }: GalleryRun): { row?: number } {
  const rows = evidence.explanation?.rows ?? [];
  const middle = rows[rows.length >> 1];
  return middle === undefined ? {} : { row: middle + 1 };
}
