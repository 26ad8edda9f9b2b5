/** Everything that the model may ask of the code. None of it approves a plan, starts a run, changes who may do what,
 *  reads another workspace or channel, or says anything elsewhere. */
import type { Tool } from '../tool.ts';
import { askPerson, stopRun } from './ask-person.ts';
import { checkClaim, openChapter } from './chapters.ts';
import { compareRuns, explainPlan, explainResult, lookAtThread, lookUp, show } from './explain.ts';
import { profileData, sampleRows, showProfile } from './look-at-data.ts';
import { queryData } from './query-data.ts';
import { proposePlan, setRequirements } from './requirements.ts';

/** The order is part of the prompt's cached beginning. */
export const TOOLS: readonly Tool[] = [
  lookAtThread,
  profileData,
  queryData,
  sampleRows,
  showProfile,
  setRequirements,
  proposePlan,
  explainPlan,
  explainResult,
  compareRuns,
  openChapter,
  checkClaim,
  show,
  lookUp,
  askPerson,
  stopRun,
];
