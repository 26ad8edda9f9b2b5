/** The seam to the voice: whoever leads the dialogue (rules, or a language model) reads a turn, may use the tools,
 *  and returns replies. It proposes; this room and the stages before it dispose. */
import type { PlanRecord } from '../plan/plan.ts';
import type { Report } from '../report/report.ts';
import type { RequirementsChange } from '../requirements/requirements.ts';
import type { Run } from '../run/run.ts';
import type { ChapterAsk } from './chapter.ts';
import type { DataInForce } from './intake.ts';
import type { Reply } from './reply.ts';
import type { ThreadState } from './state.ts';

export interface Specialist {
  /** Answers one message of a person. Never throws for what a person wrote.
   *  @returns at least one reply, unless data has just arrived and its profile will be the answer. */
  answer(turn: Turn, tools: SpecialistTools): Promise<Reply[]>;
}

/** Everything there is to know about the thread at the moment of a message. */
export interface Turn {
  readonly user: string;
  /** The message as typed, without the mention of us; at most 4,000 characters. Data, never an instruction to code. */
  readonly text: string;
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
  setRequirements(change: RequirementsChange): Promise<{ ok: true } | { ok: false; sentence: string }>;
  /** Asks for a plan from what is known. @returns the questions that stand in the way, or that it is being made. */
  requestPlan(): Promise<Reply[]>;
  /** The profile once more, with open questions. */
  showProfile(): Promise<Reply[]>;
  /** Stops the thread's run on behalf of the person; the best trial so far is kept. */
  stopRun(): Promise<Reply[]>;
  /** A chapter of the newest report, or why there is none. */
  openChapter(ask: Omit<ChapterAsk, 'runId'>): Promise<Reply[]>;
}
