/** A thread with everything real but the people and the clock: the embedded store, the rule-based specialist, and a
 *  queue that remembers what was added instead of doing it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import { planHash, planId } from '../../src/plan/identity.ts';
import type { PlanRecord } from '../../src/plan/plan.ts';
import type { ApprovalPolicy, Person } from '../../src/plan/who-may-approve.ts';
import type { Profile, TargetProfile } from '../../src/profile/profile.ts';
import type { RequirementsChange } from '../../src/requirements/requirements.ts';
import { ruleBasedSpecialist } from '../../src/specialist/rule-based/dialogue.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type DataSource, type ThreadEvent, type ThreadPlace, threadPlace } from '../../src/thread/events.ts';
import type { JobQueue, Story } from '../../src/thread/ports.ts';
import type { Reply } from '../../src/thread/reply.ts';
import { plainText } from '../../src/thread/say.ts';
import type { Specialist } from '../../src/thread/specialist.ts';
import { type ThreadState, threadState } from '../../src/thread/state.ts';
import { receiveMessage, type Senses } from '../../src/thread/turn.ts';
import { quietVoice } from '../../src/thread/voice.ts';
import { telco } from '../plan/sample-inputs.ts';
import { samplePlan } from '../plan/sample-plan.ts';

export const AT = '2026-01-31T12:00:00.000Z';
const TEAM = 'T1';
export const ANYONE: ApprovalPolicy = { approvers: [], selfApprovalSeconds: 86_400 };

export function person(id: string, change: Partial<Person> = {}): Person {
  return { id, workspace: TEAM, home: TEAM, isBot: false, isGuest: false, ...change };
}

const SENSES = (): Senses => ({ voice: quietVoice(), desk: null });

/** Keeps the promise of the port: a job id is added once. */
export interface RememberingQueue extends JobQueue {
  readonly jobs: { readonly queue: string; readonly id: string; readonly payload: unknown }[];
}

function rememberingQueue(): RememberingQueue {
  const jobs: RememberingQueue['jobs'] = [];
  return {
    jobs,
    async add(queue, id, payload) {
      if (!jobs.some((job) => job.queue === queue && job.id === id)) jobs.push({ queue, id, payload });
    },
  };
}

export interface TestStory {
  readonly story: Story & { readonly queue: RememberingQueue };
  readonly store: Store;
  conversation(specialist?: Specialist): Promise<Conversation>;
  close(): Promise<void>;
}

export interface Conversation {
  readonly place: ThreadPlace;
  /** Somebody writes a message. @returns our replies. */
  say(
    text: string,
    change?: { user?: string; key?: string; files?: readonly DataSource[]; senses?: Partial<Senses> },
  ): Promise<Reply[]>;
  append(...events: ThreadEvent[]): Promise<void>;
  /** The data of the thread was read and profiled. */
  dataIsRead(change?: { profile?: Profile; target?: TargetProfile | null }): Promise<void>;
  planIsProposed(wanted?: RequirementsChange): Promise<PlanRecord>;
  state(): Promise<ThreadState>;
  events(): Promise<readonly ThreadEvent[]>;
  /** Jobs of this thread in a queue. */
  jobs(queue: string): RememberingQueue['jobs'];
}

export async function openTestStory(): Promise<TestStory> {
  const home = await mkdtemp(join(tmpdir(), 'modelwright-thread-'));
  const store = await openStore({ memory: true });
  const artifacts = await openFolderArtifacts(home);
  const queue = rememberingQueue();
  const { threads, datasets, plans, runs, reports } = store;
  const story = { threads, datasets, plans, runs, reports, artifacts, queue, clock: { now: () => AT } };
  let nThreads = 0;
  let nKeys = 0;

  async function conversation(specialist: Specialist = ruleBasedSpecialist): Promise<Conversation> {
    const place = threadPlace(TEAM, 'C1', `1700000000.${String(nThreads++).padStart(6, '0')}`);
    const events = () => threads.events(place.id);
    // A data set of its own: what is known of one is shared by the threads of its workspace.
    const hash = nThreads.toString(16).padStart(64, '0');
    await threads.open(place, 'U1');
    const append = async (...given: ThreadEvent[]) => {
      for (const event of given) await threads.append(place.id, `test-${nKeys++}`, event);
    };
    return {
      place,
      append,
      events,
      state: async () => threadState(await events()),
      jobs: (name) =>
        queue.jobs.filter((job) => job.queue === name && JSON.stringify(job).includes(place.rootTs)),
      say: (text, { user = 'U1', key = `m${nKeys++}`, files = [], senses = {} } = {}) =>
        receiveMessage(story, specialist, { place, key, user, text, files }, { ...SENSES(), ...senses }),
      async dataIsRead({ profile = telco.profile, target = telco.target } = {}) {
        const name = 'telco_churn.csv';
        await datasets.save({ team: TEAM, hash, name, format: 'CSV', bytes: 1, profile, notes: [] });
        if (target) await datasets.saveTargetProfile(TEAM, hash, target);
        await append({ kind: 'profiled', hash, name, target: target?.target ?? null });
      },
      async planIsProposed(wanted = {}) {
        const plan = samplePlan({ columnDecisions: { contract: 'drop' }, ...wanted });
        const hash = planHash(plan);
        const version = (await plans.ofThread(place.id)).length + 1;
        const record: PlanRecord = {
          id: planId(place.id, version, hash),
          threadId: place.id,
          version,
          hash,
          plan,
          status: 'proposed',
          proposedAt: AT,
          decision: null,
        };
        await plans.propose(record);
        await append({ kind: 'plan-proposed', planId: record.id, version });
        return record;
      },
    };
  }

  return {
    story,
    store,
    conversation,
    close: async () => {
      await store.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What the replies say, as a person reads it; other kinds of reply by their kind. */
export function spoken(replies: readonly Reply[]): string {
  return replies
    .map((reply) => (reply.kind === 'text' ? plainText(reply.text) : `[${reply.kind}]`))
    .join('\n');
}
