/** App Home: how to begin, and the runs that a person asked for or approved. Nobody sees the runs of others here: they
 *  may come from channels that this person is not in. */
import type { HomeView, KnownBlock } from '@slack/types';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { PlanRecord } from '../../plan/plan.ts';
import { formatInterval } from '../../report/format.ts';
import { modelName } from '../../report/model-name.ts';
import type { Report } from '../../report/report.ts';
import { trustedScore } from '../../report/trusted-score.ts';
import type { Run } from '../../run/run.ts';
import { code, say } from '../../thread/say.ts';
import { divider, header, section, sections } from '../blocks.ts';
import { stateWord } from './run-card.ts';

interface Row {
  readonly run: Run;
  readonly record: PlanRecord | null;
  readonly report: Report | null;
}

/** @param rows the person's own runs, newest first. */
export function homeView(rows: readonly Row[]): HomeView {
  const blocks: KnownBlock[] = [
    header('Modelwright'),
    section(
      'Mention me in a channel with a data set and say what you want to predict, or write to me directly. I look at the data, ask what I must, propose a plan with its price, and train once somebody approves.',
    ),
    divider,
    header('Your runs'),
    ...(rows.length > 0
      ? sections(rows.map(line))
      : [section('None yet. The runs that you ask for or approve appear here.')]),
  ];
  return { type: 'home', blocks };
}

function line({ run, record, report }: Row): string {
  const what = record
    ? `: predict ${code(record.plan.experiment.target)} in ${code(record.plan.dataset.name)}`
    : '';
  return `• *Run ${run.number}*${what}${result(report) ?? `: ${stateWord(run.state)}.`}`;
}

function result(report: Report | null): string | null {
  const found = report && trustedScore(report);
  if (!found) return null;
  const model = modelName(report);
  return say`. ${model}, ${METRICS[report.metric].label} ${formatInterval(report.metric, found.score)} ${found.where}.`;
}
