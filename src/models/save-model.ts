/** A trained predictor and its report to the files of a model. */
import { createHash } from 'node:crypto';
import type { Evidence } from '../ml/evidence.ts';
import type { SerialisedPredictor } from '../ml/search/predictor.ts';
import type { Report } from '../report/report.ts';
import { cardHtml } from './card-html.ts';
import { inputColumns } from './input-columns.ts';
import type { ModelManifest, ModelStore } from './model.ts';
import { modelCard } from './model-card.ts';
import { MODEL_FILES } from './model-files.ts';
import { packPredictor } from './pack-predictor.ts';
import { encodeWeights } from './weights.ts';

/** Writes the model's files, the manifest last. Saving the same model again writes the same bytes. */
export async function saveModel(
  predictor: SerialisedPredictor,
  report: Report,
  store: Pick<ModelStore, 'put'>,
  evidence: Evidence | null = null,
): Promise<ModelManifest> {
  const columns = inputColumns(predictor);
  const weights = encodeWeights(packPredictor(predictor));
  const written = modelCard(report, columns, evidence);
  const card = new TextEncoder().encode(written);
  const page = new TextEncoder().encode(cardHtml(written));
  const manifest: ModelManifest = {
    format: 'modelwright-model-2',
    name: `${report.target}, run ${report.runNumber}`,
    createdAt: report.provenance.endedAt,
    task: report.task,
    target: report.target,
    classes: report.classes,
    family: report.winner.family,
    parameters: report.winner.parameters,
    members: memberRows(report),
    trainedRows: report.judgement.shippedRows,
    threshold: report.judgement.threshold,
    columns,
    metric: report.metric,
    holdout: report.judgement.holdout,
    baseline: report.judgement.baseline,
    provenance: {
      runId: report.runId,
      trial: report.winner.trial,
      planHash: report.provenance.planHash,
      dataset: { name: report.dataset.name, hash: report.dataset.hash, rows: report.dataset.rows },
      seed: report.provenance.seed,
      approvedBy: report.provenance.approvedBy,
      versions: report.provenance.versions,
    },
    files: [
      describeFile(MODEL_FILES.weights, weights),
      describeFile(MODEL_FILES.card, card),
      describeFile(MODEL_FILES.page, page),
    ],
  };
  await store.put(MODEL_FILES.weights, weights);
  await store.put(MODEL_FILES.card, card);
  await store.put(MODEL_FILES.page, page);
  await store.put(MODEL_FILES.manifest, new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
  return manifest;
}

function memberRows({ judgement, trials, winner }: Report): ModelManifest['members'] {
  if (!judgement.ensemble?.kept) return [{ ...winner, weight: 1 }];
  return judgement.ensemble.members.map((member) => ({
    ...member,
    parameters: trials.find((row) => row.number === member.trial)?.parameters ?? {},
  }));
}

function describeFile(name: string, bytes: Uint8Array): ModelManifest['files'][number] {
  return { name, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}
