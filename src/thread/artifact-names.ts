/** Where things lie among the artifacts. Every name starts with the workspace, so no workspace can name another's. */

export const datasetArtifact = (team: string, hash: string): string => `${safe(team)}/datasets/${hash}`;

export const modelArtifact = (team: string, runId: string, file: string): string =>
  `${safe(team)}/models/${runId}/${file}`;

/** What a fold of a trial predicted; without trial and fold the start of all such names of the run. */
export const predictionArtifact = (team: string, runId: string, trial?: number, fold?: number): string =>
  `${safe(team)}/predictions/${runId}/${trial === undefined ? '' : `${trial}-${fold}`}`;

/** The folder of how far a fit has come: a trial's, or its refit's on these rows; without trial that of the whole run. */
export const checkpointFolder = (team: string, runId: string, trial?: number, refit?: string): string => {
  const fit = trial === undefined ? '' : `${trial}${refit === undefined ? '' : `-${refit}`}/`;
  return `${safe(team)}/checkpoints/${runId}/${fit}`;
};

/** The folder of a fit whose rows are divided; without fit that of the whole run. */
export const shardFolder = (team: string, runId: string, fit?: string): string =>
  `${safe(team)}/shards/${runId}/${fit === undefined ? '' : `${fit}/`}`;

/** What a run keeps for the chapters that people ask for. */
export const evidenceArtifact = (team: string, runId: string): string =>
  `${safe(team)}/evidence/${runId}.json`;

/** Workspace ids are letters and digits; anything else would be a mistake of ours. */
function safe(team: string): string {
  return team.toLowerCase().replace(/[^a-z0-9-]/g, '-');
}
