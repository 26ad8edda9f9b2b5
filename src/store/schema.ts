/** The tables. Created by migrations.ts. */
import type { ColumnType, Generated } from 'kysely';

/** The PostgreSQL schema that holds them; the queue has one of its own in the same database. */
export const SCHEMA = 'modelwright';

/** Column type `json`, not `jsonb`: it gives back the very text that was written (order of keys, NUL characters and
 *  unpaired surrogates in what people sent), and nobody queries inside. */
type Json = ColumnType<unknown, string, string>;
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>;

export interface Tables {
  threads: {
    id: string;
    team: string;
    channel: string;
    root_ts: string;
    owner: string;
    /** How many numbers were given to events; the next event takes the next one. */
    events: Generated<number>;
  };
  thread_events: { thread_id: string; seq: number; key: string; event: Json };
  datasets: { team: string; hash: string; record: Json };
  /** `target_key` is the SHA-256 of the column's name: names can be long and hold anything. */
  target_profiles: { team: string; hash: string; target_key: string; profile: Json };
  plans: {
    id: string;
    thread_id: string;
    version: number;
    hash: string;
    plan: Json;
    status: string;
    proposed_at: string;
    decision: NullableJson;
  };
  /** One row per workspace; holds the number of its last run. */
  workspaces: { team: string; last_run: number };
  runs: {
    id: string;
    thread_id: string;
    team: string;
    number: number;
    state: string;
    queued_at: string;
    started_at: string | null;
    ended_at: string | null;
    stopped_by: string | null;
    reason: NullableJson;
    earlier_seconds: Generated<number>;
    cpu_seconds: Generated<number>;
  };
  folds: { run_id: string; trial: number; fold: number; result: Json };
  trials: { run_id: string; number: number; result: Json };
  reports: { run_id: string; thread_id: string; team: string; report: Json };
  inbox: {
    key: string;
    also_known_as: string | null;
    body: Json;
    seq: Generated<number>;
    received_at: Generated<Date>;
    done: Generated<boolean>;
  };
  /** `channel` and `ts` are null until Slack has said where the message is. */
  posts: { key: string; channel: string | null; ts: string | null };
  uploads: { key: string; file_id: string };
  /** Requests to a language model. The whole numbers fit a double for longer than anybody pays for. */
  usage: {
    key: string;
    team: string;
    thread_id: string;
    user_id: string;
    at: string;
    model: string;
    input_tokens: number;
    output_tokens: number;
    cache_read_tokens: number;
    cache_write_tokens: number;
    microdollars: number;
  };
}
