/** Where things lie among the artifacts. Every name starts with the workspace, so no workspace can name another's. */

export const datasetArtifact = (team: string, hash: string): string => `${safe(team)}/datasets/${hash}`;

export const modelArtifact = (team: string, runId: string, file: string): string =>
  `${safe(team)}/models/${runId}/${file}`;

/** What a trial says of the rows of a fold: little-endian float32, rows × outputs. */
export const foldPredictions = (team: string, runId: string, trial: number, fold: number): string =>
  `${foldPredictionsOf(team, runId)}${trial}-${fold}.f32`;

/** What the names of all of a run begin with. */
export const foldPredictionsOf = (team: string, runId: string): string => `${safe(team)}/folds/${runId}/`;

/** Workspace ids are letters and digits; anything else would be a mistake of ours. */
function safe(team: string): string {
  return team.toLowerCase().replace(/[^a-z0-9-]/g, '-');
}
