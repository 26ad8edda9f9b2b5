/** Fetches, reads and profiles what a person sent, and shows them what was seen. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256File } from '../src/datasets/stage.ts';
import { ModelwrightError } from '../src/errors/errors.ts';
import { findPredictions, type PredictionsFile } from '../src/profile/predictions-file.ts';
import type { Profile } from '../src/profile/profile.ts';
import { namedSensitive } from '../src/requirements/named-sensitive.ts';
import { namedTarget } from '../src/requirements/named-target.ts';
import { namedWindows } from '../src/requirements/named-windows.ts';
import { settledTarget } from '../src/requirements/questions.ts';
import type { Requirements } from '../src/requirements/requirements.ts';
import { aboutSensitive } from '../src/thread/about-sensitive.ts';
import { datasetArtifact } from '../src/thread/artifact-names.ts';
import { requestClaimCheck } from '../src/thread/claim.ts';
import type { DataSource, ThreadEvent, ThreadPlace } from '../src/thread/events.ts';
import { profileReply } from '../src/thread/intake.ts';
import type { JobPayloads, Story } from '../src/thread/ports.ts';
import { text } from '../src/thread/reply.ts';
import { code, say } from '../src/thread/say.ts';
import type { Speaker } from '../src/thread/speaker.ts';
import { type ThreadState, threadState } from '../src/thread/state.ts';
import type { DataReader } from './data-reader.ts';

export interface IngestDeps {
  readonly story: Story;
  readonly speaker: Speaker;
  readonly reader: DataReader;
  /** Brings the source's bytes into `directory`. @returns the file's path. */
  fetch(place: ThreadPlace, source: DataSource, directory: string): Promise<string>;
}

type Outcome = Extract<
  ThreadEvent,
  { kind: 'profiled' | 'predictions-read' | 'model-read' | 'data-refused' }
>;

/** The event key of what became of a reading. There is one outcome for each, also when a crash makes the job start
 *  again after it was written down: then it only remains to be said. */
export function ingestOutcomeKey(key: string): string {
  return `read-${key}`;
}

export async function ingest(deps: IngestDeps, { threadId, key }: JobPayloads['ingest']): Promise<void> {
  const { story } = deps;
  const thread = await story.threads.find(threadId);
  if (!thread) return;
  const outcomeKey = ingestOutcomeKey(key);
  if (!(await story.threads.event(threadId, outcomeKey))) {
    const state = threadState(await story.threads.events(threadId));
    if (!state.reading) return;
    const outcome = await readOrRefuse(deps, thread.place, state.reading, state);
    await story.threads.append(threadId, outcomeKey, outcome);
  }
  await sayOutcome(deps, thread.place, key);
}

/** Says what became of the reading. */
export async function sayOutcome(
  { story, speaker }: Pick<IngestDeps, 'story' | 'speaker'>,
  place: ThreadPlace,
  key: string,
): Promise<void> {
  const outcome = await story.threads.event(place.id, ingestOutcomeKey(key));
  if (outcome?.kind === 'data-refused') {
    await speaker.say(place, `refused-${key}`, [text(say`${outcome.sentence}`)]);
  }
  if (outcome?.kind === 'predictions-read') {
    await speaker.say(place, `predictions-${key}`, [text(aboutPredictions(outcome))]);
    await requestClaimCheck(story, place.id, `predictions-${key}`);
  }
  if (outcome?.kind === 'model-read') {
    await speaker.say(place, `model-${key}`, [text(aboutModel(outcome))]);
    await requestClaimCheck(story, place.id, `model-${key}`);
  }
  if (outcome?.kind !== 'profiled') return;
  const { problem, sensitive } = outcome;
  const profile = await profileReply(story, place.id);
  const replies = [
    ...(sensitive ? [text(aboutSensitive(sensitive))] : []),
    ...(problem ? [text(say`${problem}`)] : []),
    ...(profile ? [profile] : []),
  ];
  await speaker.say(place, `profile-${key}`, replies);
  const { requirements } = threadState(await story.threads.events(place.id));
  if (requirements.existing && outcome.target) await requestClaimCheck(story, place.id, `profile-${key}`);
}

function aboutModel({ name }: Extract<ThreadEvent, { kind: 'model-read' }>): string {
  return `I take ${code(name)} for your model. I run it on the rows of the data and measure it; once a model of mine is judged, the two are compared on the same rows.`;
}

function aboutPredictions({ name, value, key }: Extract<ThreadEvent, { kind: 'predictions-read' }>): string {
  const how = key
    ? key.of
      ? `matched by ${code(key.of)}`
      : `whose rows are numbered by ${code(key.column)}`
    : 'one for each row, in the order of the data';
  return `I take ${code(name)} for the predictions of your model: ${code(value)}, ${how}. Measuring them; once a model of mine is judged, the two are compared on the same rows.`;
}

/** @throws what may pass, so that the job is tried again. */
async function readOrRefuse(
  deps: IngestDeps,
  place: ThreadPlace,
  source: DataSource,
  state: ThreadState,
): Promise<Outcome> {
  try {
    return await readSource(deps, place, source, state);
  } catch (error) {
    if (!(error instanceof ModelwrightError) || isWorthRepeating(error)) throw error;
    const { code, person } = error;
    return { kind: 'data-refused', name: source.name, code, sentence: person };
  }
}

/** A link that fails is told at once, because a person waits: five silent attempts could take ten minutes. */
function isWorthRepeating(error: ModelwrightError): boolean {
  return error.retryable && !error.code.startsWith('URL_');
}

async function readSource(
  deps: IngestDeps,
  place: ThreadPlace,
  source: DataSource,
  state: ThreadState,
): Promise<Outcome> {
  const { story, reader } = deps;
  const directory = await mkdtemp(join(tmpdir(), 'modelwright-'));
  try {
    const path = await deps.fetch(place, source, directory);
    if (isModelFile(source.name)) return await readModel(story, place.team, state, source.name, path);
    const read = await reader.read(path, source.name);
    await story.artifacts.putFile(datasetArtifact(place.team, read.hash), path); // copies: the file is read again below
    const { name } = source;
    const predictions = await predictionsFor(story, place.team, state, read.profile);
    if (predictions) return { kind: 'predictions-read', hash: read.hash, name, ...predictions };
    await story.datasets.save({ ...read, team: place.team, name });
    const target = wantedTarget(state, read.profile);
    const sensitive = namedSensitive(state.requirements.goal, read.profile);
    const isSaid = sensitive && state.requirements.sensitive === null;
    const profiled = { kind: 'profiled', hash: read.hash, name, ...(isSaid && { sensitive }) } as const;
    if (!target) return { ...profiled, target };
    try {
      const targetProfile = await reader.profileTarget(path, name, read.profile, target);
      await story.datasets.saveTargetProfile(place.team, read.hash, targetProfile);
      const windows = await namedRecordings(
        reader,
        path,
        name,
        state.requirements.goal,
        read.profile,
        target,
      );
      return { ...profiled, target, ...(windows && { windows }) };
    } catch (error) {
      if (!(error instanceof ModelwrightError) || error.retryable) throw error;
      return { ...profiled, target: null, problem: error.person };
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** By its name: the bytes of an ONNX file have no mark at their start. */
function isModelFile(name: string): boolean {
  return /\.onnx$/i.test(name);
}

/** Keeps it for the check, which runs it. @throws MODEL_BEFORE_DATA */
async function readModel(
  story: Story,
  team: string,
  { dataset, requirements }: ThreadState,
  name: string,
  path: string,
): Promise<Outcome> {
  const data = dataset && (await story.datasets.find(team, dataset.hash));
  if (!data || !settledTarget(requirements, data.profile)) {
    throw new ModelwrightError('MODEL_BEFORE_DATA', { name });
  }
  const hash = await sha256File(path);
  await story.artifacts.putFile(datasetArtifact(team, hash), path);
  return { kind: 'model-read', hash, name };
}

/** What a file says as an existing model's predictions for the data in force; null for a file that is data. */
async function predictionsFor(
  story: Story,
  team: string,
  { dataset, requirements }: ThreadState,
  file: Profile,
): Promise<PredictionsFile | null> {
  const data = dataset && (await story.datasets.find(team, dataset.hash));
  if (!data) return null;
  return findPredictions(file, data.profile, settledTarget(requirements, data.profile));
}

/** The target that was said before, if this data has it; else the one that the request names; else the obvious one. */
function wantedTarget(state: ThreadState, profile: Profile): string | null {
  const { goal, target } = state.requirements;
  const said = target && profile.columns.some((column) => column.name === target) ? target : null;
  return settledTarget({ ...state.requirements, target: said ?? namedTarget(goal, profile) }, profile);
}

/** The recordings that the request speaks of, unless the data has no such: words like "each session" may be mere talk. */
async function namedRecordings(
  reader: DataReader,
  path: string,
  name: string,
  goal: string,
  profile: Profile,
  target: string,
): Promise<Requirements['windows']> {
  const windows = namedWindows(goal, profile);
  if (!windows) return null;
  try {
    await reader.windows(path, name, windows, target);
    return windows;
  } catch (error) {
    if (error instanceof ModelwrightError && !error.retryable) return null;
    throw error;
  }
}
