/** What jobs need in order to read data: implemented over a thread of its own (data-thread.ts), so that parsing and
 *  profiling a large file never holds up the event loop. */
import type { Table } from '../src/ml/data/table.ts';
import type { WantedWindows } from '../src/ml/windowing/plan-windows.ts';
import type { Windows } from '../src/ml/windows.ts';
import type { DataAnswer, DataQuestion, SampledRows } from '../src/profile/data-question.ts';
import type { Profile, TargetProfile } from '../src/profile/profile.ts';

export interface DataReader {
  read(path: string, name: string): Promise<ReadData>;
  profileTarget(path: string, name: string, profile: Profile, target: string): Promise<TargetProfile>;
  /** What the table is as one row for each recording. @throws WINDOWS_UNKNOWN, WINDOW_LABELS_VARY, TARGET_* */
  windows(path: string, name: string, wanted: WantedWindows, target: string): Promise<WindowedData>;
  /** The columns lie on shared memory. */
  table(path: string, name: string): Promise<Table>;
  /** @param smallestGroup groups of fewer rows are not told. */
  ask(path: string, name: string, question: DataQuestion, smallestGroup: number): Promise<DataAnswer>;
  sample(path: string, name: string, count: number): Promise<SampledRows>;
}

export interface ReadData {
  /** SHA-256 of the bytes, hex. */
  readonly hash: string;
  readonly bytes: number;
  readonly format: string;
  readonly notes: readonly string[];
  readonly profile: Profile;
}

/** @property profile, target of the recordings. */
export interface WindowedData {
  readonly windows: Windows;
  readonly profile: Profile;
  readonly target: TargetProfile;
}

/** What the data thread is asked. */
export type DataTask = { readonly path: string; readonly name: string; readonly maxBytes: number } & (
  | { readonly kind: 'read' }
  | { readonly kind: 'profile-target'; readonly profile: Profile; readonly target: string }
  | { readonly kind: 'windows'; readonly wanted: WantedWindows; readonly target: string }
  | { readonly kind: 'table' }
  | { readonly kind: 'ask'; readonly question: DataQuestion; readonly smallestGroup: number }
  | { readonly kind: 'sample'; readonly count: number }
);
