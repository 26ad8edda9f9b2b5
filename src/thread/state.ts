/** What a conversation has come to: a pure function of the thread's events. */
import { changeRequirements, NO_REQUIREMENTS, type Requirements } from '../requirements/requirements.ts';
import type { DataSource, ThreadEvent } from './events.ts';

/** What an existing model predicts for the data in force, or that model itself. */
export type TheirModel = Extract<ThreadEvent, { kind: 'predictions-read' | 'model-read' }>;

export interface ThreadState {
  readonly requirements: Requirements;
  /** The data set in force, once it was read. */
  readonly dataset: { readonly hash: string; readonly name: string } | null;
  /** The existing model, if somebody uploaded it or what it predicts. */
  readonly theirs: TheirModel | null;
  /** What people sent and we have not finished reading, oldest first. */
  readonly unread: readonly DataSource[];
  /** The newest of it, which counts. */
  readonly reading: DataSource | null;
  /** Whether a person asked for a plan that has not been proposed yet. */
  readonly proposing: boolean;
  /** Key of the request for that plan, if it was noted. */
  readonly proposalKey: string | null;
  /** The newest plan. */
  readonly planId: string | null;
  /** What became of the newest plan. */
  readonly planStatus: 'proposed' | 'approved' | 'rejected' | null;
}

const START: ThreadState = {
  requirements: NO_REQUIREMENTS,
  dataset: null,
  theirs: null,
  unread: [],
  reading: null,
  proposing: false,
  proposalKey: null,
  planId: null,
  planStatus: null,
};

/** @param events oldest first. */
export function threadState(events: readonly ThreadEvent[]): ThreadState {
  return events.reduce(next, START);
}

function next(state: ThreadState, event: ThreadEvent): ThreadState {
  switch (event.kind) {
    case 'data-received':
      return { ...state, ...waiting([...state.unread, event.source]) };
    case 'data-refused':
      return { ...state, ...readUpTo(state, event.name) };
    case 'profiled': {
      const { windows = null, sensitive } = event;
      const said = { ...(windows && { windows }), ...(sensitive && { sensitive }) };
      const before = { ...state.requirements, target: event.target, ...said };
      // Decisions about columns speak of the old file's columns; goal, budget and the rest still hold.
      const isSame = state.dataset?.hash === event.hash;
      // A run on other data cannot be gone on from without being named again.
      const other = { columnDecisions: {}, split: null, windows, startsFrom: null };
      const requirements = isSame ? before : { ...before, ...other };
      const dataset = { hash: event.hash, name: event.name };
      const theirs = isSame ? state.theirs : null;
      return { ...state, ...readUpTo(state, event.name), dataset, requirements, theirs };
    }
    case 'predictions-read':
    case 'model-read':
      return { ...state, ...readUpTo(state, event.name), theirs: event };
    case 'requirements-set':
      return { ...state, requirements: changeRequirements(state.requirements, event.requirements) };
    case 'column-decided': {
      const columnDecisions = { [event.column]: event.decision };
      return { ...state, requirements: changeRequirements(state.requirements, { columnDecisions }) };
    }
    case 'proposal-requested':
      // Of requests that came together the first one counts.
      return state.proposing ? state : { ...state, proposing: true, proposalKey: event.key ?? null };
    case 'proposal-failed':
      return { ...state, proposing: false, proposalKey: null };
    case 'plan-proposed':
      return { ...state, proposing: false, proposalKey: null, planId: event.planId, planStatus: 'proposed' };
    case 'plan-decided':
      return event.planId === state.planId ? { ...state, planStatus: event.decision } : state;
    case 'message':
    case 'stop-requested':
    case 'run-ended':
    case 'claim-checked':
    case 'claim-failed':
    case 'replied':
      return state;
  }
}

function waiting(unread: readonly DataSource[]): Pick<ThreadState, 'unread' | 'reading'> {
  return { unread, reading: unread.at(-1) ?? null };
}

/** What came before the data of that name was overtaken by it; what came after is still to be read. A name that is not
 *  waiting stands for the oldest. */
function readUpTo({ unread }: ThreadState, name: string): Pick<ThreadState, 'unread' | 'reading'> {
  const index = Math.max(
    0,
    unread.findIndex((source) => source.name === name),
  );
  return waiting(unread.slice(index + 1));
}
