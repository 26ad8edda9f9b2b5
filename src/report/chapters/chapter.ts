/** Chapters of a report that are posted when somebody asks for them: made from what the run has stored, never computed
 *  anew. */
import { z } from 'zod';
import type { Evidence } from '../../ml/evidence.ts';
import type { Costs } from '../../ml/experiment.ts';
import type { Report } from '../report.ts';

/** In the order of their buttons. */
export const ChapterName = z.enum([
  'explain',
  'row',
  'errors',
  'fairness',
  'decide',
  'stability',
  'ablation',
  'learning',
  'trials',
  'card',
]);
export type ChapterName = z.infer<typeof ChapterName>;

export interface ChapterSource {
  readonly report: Report;
  /** Null where the run is older than its chapters. */
  readonly evidence: Evidence | null;
  /** Of mistakes, where a person has said them. */
  readonly costs?: Costs;
  /** A row that is asked for, by its number in the data: counted from 1 below the header. */
  readonly row?: number;
  /** Columns that a person has called sensitive in the conversation. */
  readonly sensitive?: readonly string[];
}

/** What a chapter says beside its pictures. */
export interface Chapter {
  readonly title: string;
  /** The answer first. Free of markup, as in `summary.ts`. */
  readonly sentences: readonly string[];
  readonly table: ChapterTable | null;
  /** What is shared beside the message, for other programs. */
  readonly file?: ChapterFile;
}

export interface ChapterFile {
  readonly fileName: string;
  readonly title: string;
  readonly text: string;
}

/** Numbers to read, sort and copy. */
export interface ChapterTable {
  readonly caption: string;
  /** At most 20. */
  readonly columns: readonly string[];
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly ChapterCell[])[];
}

/** A text, or a number as it is read. */
export type ChapterCell = string | { readonly value: number; readonly text: string };

/** The run has no such chapter: why, and what to do. */
export interface Absent {
  readonly absent: string;
}

export interface ChapterKind {
  /** On its button, and in sentences about it. */
  readonly label: string;
  /** False for one that needs more than a click. */
  readonly hasButton: boolean;
  readonly tell: (source: ChapterSource) => Chapter | Absent;
}
