/** What the three chapters that come from studies have in common: what was studied, and why nothing was. */
import type { Studies } from '../../ml/studies.ts';
import { familyLabel, formatSeconds, plural, trialName, withinSentence } from '../format.ts';
import type { Report } from '../report.ts';
import type { ChapterSource } from './chapter.ts';

/** @returns the studies, or a sentence that says why there are none and what to do. */
export function studiesOf({ evidence }: ChapterSource): Studies | string {
  const studies = evidence?.studies;
  if (!studies) {
    return 'This run is older than its studies, which train the model again with one thing changed at a time. Make a plan once more, and its run makes them.';
  }
  if (!('why' in studies)) return studies;
  const { why, leastBudgetSeconds } = studies;
  if (why === 'stopped') {
    return 'The run was stopped, and so this was left out: it trains the model again with one thing changed at a time. Make a plan once more and let it come to its end.';
  }
  return `This would have trained the model again several times, and the approved time left no room for that beside the trials.${
    leastBudgetSeconds === null
      ? ''
      : ` With about ${formatSeconds(roundUp(leastBudgetSeconds))} it should: make a plan with that budget.`
  }`;
}

/** Of a study that the clock cut before it came to this. */
export const NOT_REACHED =
  'The approved time was over before enough of this could be trained. Make a plan with a larger budget.';

/** Up to a time that people say. */
function roundUp(seconds: number): number {
  const step = seconds <= 60 ? 10 : seconds <= 600 ? 60 : 300;
  return step * Math.ceil(seconds / step);
}

/** "The whole model, trained again 17 times in 5 folds", or the member that stands for it. */
export function studiedSentence(studies: Studies, report: Pick<Report, 'task'>): string {
  const { members, of, folds, made, planned } = studies;
  const [heaviest] = members;
  const who =
    of === 1 || !heaviest
      ? 'the model'
      : members.length === of
        ? `all ${plural(of, 'member')} of the model`
        : `the heaviest of the ${plural(of, 'member')}, ${withinSentence(familyLabel(heaviest.family, report.task))} (${trialName(heaviest.trial)})`;
  const cut =
    made < planned ? ` The time was over after ${made} of ${planned} trainings; the rest is left out.` : '';
  return `Measured by training ${who} again ${plural(made, 'time')} in ${plural(folds, 'fold')} of the training rows, with one thing changed at a time; the held-out rows were not looked at.${cut}`;
}
