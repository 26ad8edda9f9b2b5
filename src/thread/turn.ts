/** A message comes in: remembered once, data taken out of it, the rest answered by the specialist. */
import { ModelwrightError } from '../errors/errors.ts';
import { RequirementsChange } from '../requirements/requirements.ts';
import type { Run } from '../run/run.ts';
import { addressesIn } from './addresses.ts';
import { openChapter } from './chapter.ts';
import { askForClaimCheck } from './claim.ts';
import type { DataSource, ThreadPlace } from './events.ts';
import { type DataInForce, dataInForce, profileReply } from './intake.ts';
import type { DataDesk, Story } from './ports.ts';
import { projectReply } from './project.ts';
import { requestPlan } from './proposal.ts';
import { type Reply, text } from './reply.ts';
import { code, plainText, unescapeEntities } from './say.ts';
import type { Outcome, Specialist, SpecialistTools, Turn } from './specialist.ts';
import { type ThreadState, threadState } from './state.ts';
import { stopRun } from './stop.ts';
import { earlierStudies } from './studies.ts';
import { quietVoice, type Voice } from './voice.ts';

export interface IncomingMessage {
  readonly place: ThreadPlace;
  /** Unique per message, the same when Slack delivers it again. */
  readonly key: string;
  readonly user: string;
  /** As Slack writes it, without the mention of us. */
  readonly text: string;
  readonly files: readonly DataSource[];
}

/** What a turn may use beside the story. */
export interface Senses {
  readonly voice: Voice;
  /** Null where nobody can look into data sets. */
  readonly desk: DataDesk | null;
}

const MOST_CHARACTERS = 4000;

/** What a crash has cut short is received again: every step is harmless to repeat.
 *  @returns what to say now. */
export async function receiveMessage(
  story: Story,
  specialist: Specialist,
  message: IncomingMessage,
  { voice, desk }: Senses = { voice: quietVoice(), desk: null },
): Promise<Reply[]> {
  const { place, key, user } = message;
  const words = unescapeEntities(message.text).trim().slice(0, MOST_CHARACTERS);
  await story.threads.open(place, user);
  await story.threads.append(place.id, `message-${key}`, { kind: 'message', user, text: words });

  // An uploaded file is the data, whatever addresses the words beside it hold.
  const sources = message.files.length > 0 ? message.files : addressesIn(message.text);
  const source = sources.at(-1);
  if (source) await story.threads.append(place.id, `data-${key}`, { kind: 'data-received', user, source });
  try {
    const arriving = source ? [source.name] : [];
    const look = () => readTurn(story, { place, user, text: words, key, arriving });
    const tools = bindTools(story, desk, place, user, key, look);
    const replies = [...(await specialist.answer(await look(), tools, voice))];
    if (sources.length > 1 && source) {
      replies.push(text(`I take one data set at a time and use the last one, ${code(source.name)}.`));
    }
    await remember(story, place.id, key, replies);
    return replies;
  } finally {
    // Only now, so that the job knows what the specialist has understood: the request may name the target.
    if (source) await story.queue.add('ingest', `ingest-${place.id}-${key}`, { threadId: place.id, key });
  }
}

/** Keeps what we said as plain words, for later turns. */
async function remember(
  story: Story,
  threadId: string,
  key: string,
  replies: readonly Reply[],
): Promise<void> {
  const said = replies.flatMap((reply) => {
    if (reply.kind === 'text') return [plainText(reply.text)];
    return reply.kind === 'choice' ? [`${reply.question} (${reply.options.join(' / ')})`] : [];
  });
  if (said.length > 0) {
    await story.threads.append(threadId, `replied-${key}`, { kind: 'replied', text: said.join('\n') });
  }
}

type Heard = Pick<Turn, 'place' | 'user' | 'text' | 'key' | 'arriving'>;

async function readTurn(story: Story, heard: Heard): Promise<Turn> {
  const threadId = heard.place.id;
  const state = threadState(await story.threads.events(threadId));
  const runs = await story.runs.ofThread(threadId);
  const newestFirst = [...runs].sort((a, b) => b.number - a.number);
  const reports = await Promise.all(newestFirst.map((run) => story.reports.find(run.id)));
  const known = reports.filter((report) => report !== null);
  const run: Run | null = newestFirst[0] ?? null;
  const report = run ? (known.find((r) => r.runId === run.id) ?? null) : null;
  return {
    ...heard,
    state,
    data: await dataInForce(story, threadId, state),
    plan: state.planId ? await story.plans.find(state.planId) : null,
    run,
    report,
    earlierReports: known.filter((r) => r !== report),
  };
}

function bindTools(
  story: Story,
  desk: DataDesk | null,
  place: ThreadPlace,
  user: string,
  key: string,
  look: () => Promise<Turn>,
): SpecialistTools {
  const threadId = place.id;
  let changes = 0;
  /** The thread's own data and nothing else: whoever asks names neither a thread nor a file. */
  async function withData<T>(
    use: (desk: DataDesk, dataset: DataInForce['dataset']) => Promise<T>,
  ): Promise<Outcome<T>> {
    const { data } = await look();
    if (!data || !desk)
      return { ok: false, sentence: 'There is no data in this thread that I could look into.' };
    try {
      return { ok: true, ...(await use(desk, data.dataset)) };
    } catch (error) {
      if (!(error instanceof ModelwrightError)) throw error;
      return { ok: false, sentence: error.person };
    }
  }
  return {
    look,
    record: () => story.threads.events(threadId),
    askData: (question, smallestGroup) =>
      withData(async ({ ask }, dataset) => ({
        answer: await ask(place.team, dataset, question, smallestGroup),
      })),
    sampleRows: (count) =>
      withData(async ({ sample }, dataset) => ({ sample: await sample(place.team, dataset, count) })),
    earlierStudies: () => earlierStudies(story, place),
    showCode: () => projectReply(story, place),
    setRequirements: (change) => setRequirements(story, threadId, user, `${key}-tool-${changes++}`, change),
    requestPlan: () => requestPlan(story, threadId, user, key),
    showProfile: async () => {
      const reply = await profileReply(story, threadId);
      if (reply) return [reply];
      const { reading } = threadState(await story.threads.events(threadId));
      return [
        text(
          reading
            ? 'I am still reading the data; its profile comes in a moment.'
            : 'There is no data in this thread yet. Please upload a file.',
        ),
      ];
    },
    checkClaim: () => askForClaimCheck(story, threadId, key),
    stopRun: () => stopRun(story, threadId, user, key),
    openChapter: (ask) => openChapter(story, place, ask),
  };
}

/** Writes down what a person wants, from a message or from the modal.
 *  @returns a sentence for the person (mrkdwn) when a value cannot be: an unknown column, a number out of range. */
export async function setRequirements(
  story: Story,
  threadId: string,
  user: string,
  key: string,
  change: RequirementsChange,
): Promise<Outcome<object>> {
  const parsed = RequirementsChange.safeParse(change);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, sentence: issue?.message ?? 'I cannot take that as it is.' };
  }
  const given = parsed.data;
  const state = threadState(await story.threads.events(threadId));
  const problem = columnProblem(given, state, await dataInForce(story, threadId, state));
  if (problem) return { ok: false, sentence: problem };
  await story.threads.append(threadId, `requirements-${key}`, {
    kind: 'requirements-set',
    user,
    requirements: given,
  });
  return { ok: true };
}

/** Why the columns that a change names cannot be meant, or null. Before there is data, any column may be named. */
function columnProblem(
  change: RequirementsChange,
  state: ThreadState,
  data: DataInForce | null,
): string | null {
  if (!data) return null;
  const { name, profile } = data.dataset;
  const known = new Set(profile.columns.map((column) => column.name));
  const splitColumn = change.split && 'column' in change.split ? change.split.column : null;
  const decided = [...Object.keys(change.columnDecisions ?? {}), ...(change.sensitive ?? [])];
  const ofRecordings = [change.windows?.id, change.windows?.order];
  const unknown = [change.target, splitColumn, ...ofRecordings, ...decided].find(
    (column) => column != null && !known.has(column),
  );
  if (unknown != null) return `There is no column ${code(unknown)} in ${code(name)}.`;
  const target = change.target === undefined ? state.requirements.target : change.target;
  return splitColumn !== null && splitColumn === target
    ? `${code(splitColumn)} is the column to predict, so it cannot divide the rows.`
    : null;
}
