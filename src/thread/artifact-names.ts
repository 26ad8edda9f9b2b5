/** Where things lie among the artifacts. Every name starts with the workspace, so no workspace can name another's. */

export const datasetArtifact = (team: string, hash: string): string => `${safe(team)}/datasets/${hash}`;

export const modelArtifact = (team: string, runId: string, file: string): string =>
  `${safe(team)}/models/${runId}/${file}`;

/** What a fold of a trial predicted; without trial and fold the start of all such names of the run. */
export const predictionArtifact = (team: string, runId: string, trial?: number, fold?: number): string =>
  `${safe(team)}/predictions/${runId}/${trial === undefined ? '' : `${trial}-${fold}`}`;

/** How far a trial's fit has come; without trial the start of all such names of the run. */
export const checkpointArtifact = (team: string, runId: string, trial?: number): string =>
  `${safe(team)}/checkpoints/${runId}/${trial ?? ''}`;

/** What a run keeps for the chapters that people ask for. */
export const evidenceArtifact = (team: string, runId: string): string =>
  `${safe(team)}/evidence/${runId}.json`;

/** Workspace ids are letters and digits; anything else would be a mistake of ours. */
function safe(team: string): string {
  return team.toLowerCase().replace(/[^a-z0-9-]/g, '-');
}
