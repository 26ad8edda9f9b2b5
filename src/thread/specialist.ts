/** The seam to the voice: whoever leads the dialogue (rules, or a language model) reads a turn, may use the tools,
 *  and returns replies. It proposes; this room and the stages before it dispose. */
import type { PlanRecord } from '../plan/plan.ts';
import type { DataAnswer, DataQuestion, SampledRows } from '../profile/data-question.ts';
import type { Report } from '../report/report.ts';
import type { RequirementsChange } from '../requirements/requirements.ts';
import type { Run } from '../run/run.ts';
import type { ChapterAsk } from './chapter.ts';
import type { ThreadEvent, ThreadPlace } from './events.ts';
import type { DataInForce } from './intake.ts';
import type { Reply } from './reply.ts';
import type { ThreadState } from './state.ts';
import type { Voice } from './voice.ts';

export interface Specialist {
  /** Answers one message of a person. Never throws for what a person wrote.
   *  @returns at least one reply, unless data has just arrived and its profile will be the answer. */
  answer(turn: Turn, tools: SpecialistTools, voice: Voice): Promise<Reply[]>;
  /** Breaks off the answer that is being given in a thread. @returns whether there was one. */
  hush?(threadId: string): boolean;
}

/** What was asked for, or a sentence (mrkdwn) that says why not. */
export type Outcome<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly sentence: string };

/** Everything there is to know about the thread at the moment of a message. */
export interface Turn {
  readonly place: ThreadPlace;
  readonly user: string;
  /** The message as typed, without the mention of us; at most 4,000 characters. Data, never an instruction to code. */
  readonly text: string;
  /** Unique per message, the same when it is delivered again. */
  readonly key: string;
  /** Names of the files or addresses that came with this message and are being read now. */
  readonly arriving: readonly string[];
  readonly state: ThreadState;
  readonly data: DataInForce | null;
  readonly plan: PlanRecord | null;
  readonly run: Run | null;
  readonly report: Report | null;
  /** Earlier reports of the thread, newest first, for comparisons. */
  readonly earlierReports: readonly Report[];
}

/** What a specialist may do. None of these approves a plan or starts a run. */
export interface SpecialistTools {
  /** Remembers what the person said they want; schema-checked, unknown columns refused with a sentence. */
  setRequirements(change: RequirementsChange): Promise<Outcome<object>>;
  /** Asks for a plan from what is known. @returns the questions that stand in the way, or that it is being made. */
  requestPlan(): Promise<Reply[]>;
  /** The profile once more, with open questions. */
  showProfile(): Promise<Reply[]>;
  /** Has the claim about an existing model checked on the data. @returns that it is being done, or nothing to say. */
  checkClaim(): Promise<Reply[]>;
  /** Stops the thread's run on behalf of the person; the best trial so far is kept. */
  stopRun(): Promise<Reply[]>;
  /** A chapter of the newest report, or why there is none. */
  openChapter(ask: Omit<ChapterAsk, 'runId'>): Promise<Reply[]>;
  /** The thread as it is now: somebody else may have changed it since the turn began. */
  look(): Promise<Turn>;
  /** All that happened in the thread, oldest first. */
  record(): Promise<readonly ThreadEvent[]>;
  /** Measures over the thread's own data. Groups of fewer rows than `smallestGroup` are not told. */
  askData(question: DataQuestion, smallestGroup: number): Promise<Outcome<{ answer: DataAnswer }>>;
  /** A few rows of the thread's own data, as they are. */
  sampleRows(count: number): Promise<Outcome<{ sample: SampledRows }>>;
  /** Reports of other threads in this thread's channel, newest first: whoever reads here can read those. */
  earlierStudies(): Promise<readonly Report[]>;
  /** The project that repeats the thread's newest finished run on a computer of the person. */
  showCode(): Promise<Reply[]>;
}
