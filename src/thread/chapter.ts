/** Somebody asks for a chapter of a report, by its button or in words. */
import { Evidence } from '../ml/evidence.ts';
import { MODEL_FILES } from '../models/model-files.ts';
import type { ChapterName } from '../report/chapters/chapter.ts';
import { CHAPTERS } from '../report/chapters/chapters.ts';
import type { Report } from '../report/report.ts';
import { evidenceArtifact, modelArtifact } from './artifact-names.ts';
import type { ThreadPlace } from './events.ts';
import type { Story } from './ports.ts';
import { type Reply, type SharedFile, text } from './reply.ts';
import { prose, say } from './say.ts';
import { threadState } from './state.ts';

export interface ChapterAsk {
  readonly chapter: ChapterName;
  /** As people count. */
  readonly row?: number;
  /** The run that is meant; without it, the newest run of the thread that has a report. */
  readonly runId?: string;
}

export async function openChapter(
  story: Story,
  place: ThreadPlace,
  { chapter, row, runId }: ChapterAsk,
): Promise<Reply[]> {
  const { label, tell } = CHAPTERS[chapter];
  const { requirements } = threadState(await story.threads.events(place.id));
  const runs = await story.runs.ofThread(place.id);
  const meant = runs.filter(({ id }) => runId === undefined || id === runId);
  for (const run of [...meant].sort((a, b) => b.number - a.number)) {
    const report = await story.reports.find(run.id);
    if (!report) continue;
    const { costs, sensitive } = requirements;
    const source = {
      report,
      evidence: await readEvidence(story, place.team, run.id),
      ...(costs && { costs }),
      ...(row !== undefined && { row }),
      sensitive: sensitive ?? [],
    };
    const told = tell(source);
    return 'absent' in told
      ? [text(`${say`*${label}, run ${run.number}:*`} ${prose(told.absent)}`)]
      : [
          { kind: 'chapter', chapter, source },
          ...(chapter === 'card' ? await cardFiles(story, place.team, report) : []),
        ];
  }
  return [text('There is no report in this thread yet: once a run has ended, ask me again.')];
}

/** The card as it was stored with the model. */
async function cardFiles(story: Story, team: string, { runId, runNumber }: Report): Promise<Reply[]> {
  const files: SharedFile[] = [];
  for (const [file, form] of [
    [MODEL_FILES.card, 'Markdown'],
    [MODEL_FILES.page, 'web page'],
  ] as const) {
    const bytes = await story.artifacts.get(modelArtifact(team, runId, file));
    const title = `Model card of run ${runNumber} (${form})`;
    if (bytes) files.push({ fileName: `run-${runNumber}-${file}`, title, bytes });
  }
  return files.length > 0
    ? [{ kind: 'files', text: `The model card of run ${runNumber}, as files.`, files }]
    : [];
}

/** @returns null where nothing is stored, or nothing that this version can read. */
export async function readEvidence(
  story: Pick<Story, 'artifacts'>,
  team: string,
  runId: string,
): Promise<Evidence | null> {
  const bytes = await story.artifacts.get(evidenceArtifact(team, runId));
  if (!bytes) return null;
  const parsed = Evidence.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  return parsed.success ? parsed.data : null;
}
