/** A run as a project: the plan that decides everything, what came out, and one command that does it again and compares.
 *  It calls Modelwright itself instead of printing its insides as a script: what was judged is what is run. */
import { METRICS } from '../ml/metrics/registry.ts';
import type { Plan } from '../plan/plan.ts';
import { formatPlanFile } from '../plan/plan-file.ts';
import { familyLabel, formatInterval, formatNumber, plural } from './format.ts';
import { reproduceScript } from './project-script.ts';
import type { Report } from './report.ts';
import { summarise } from './summary.ts';

export interface ProjectFile {
  /** Within the project, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Lower-case letters, digits and hyphens. */
export function projectName({ runNumber, target }: Pick<Report, 'runNumber' | 'target'>): string {
  const word = target
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `modelwright-run-${runNumber}${word === '' ? '' : `-${word}`}`;
}

export function projectFiles(plan: Plan, report: Report): ProjectFile[] {
  const data = fileName(report.dataset.name);
  const name = projectName(report);
  const version = plan.versions.modelwright ?? '';
  const expected = {
    run: report.runNumber,
    data: { file: data, sha256: report.dataset.hash },
    target: report.target,
    seed: report.provenance.seed,
    versions: report.provenance.versions,
    trials: { planned: report.resources.trialsPlanned, finished: report.resources.trialsFinished },
    winner: report.winner,
    holdout: report.judgement.holdout,
  };
  return [
    { path: 'README.md', text: readme(plan, report, data) },
    { path: 'package.json', text: json(packageOf(name, version)) },
    { path: 'plan.json', text: formatPlanFile(plan, data) },
    { path: 'expected.json', text: json(expected) },
    { path: 'reproduce.mjs', text: reproduceScript() },
  ];
}

function packageOf(name: string, version: string): object {
  return {
    name,
    version: '1.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.20' },
    scripts: { reproduce: 'node reproduce.mjs' },
    dependencies: { modelwright: version },
  };
}

function readme(plan: Plan, report: Report, data: string): string {
  const { experiment } = plan;
  const { winner, dataset, provenance, judgement } = report;
  const settings = Object.entries(winner.parameters).map(
    ([setting, value]) => `- ${setting}: ${typeof value === 'number' ? formatNumber(value) : String(value)}`,
  );
  const scores = Object.entries(judgement.holdout).flatMap(([metric, interval]) =>
    interval
      ? [
          `- ${METRICS[metric as keyof typeof METRICS].label}: ${formatInterval(metric as keyof typeof METRICS, interval)}`,
        ]
      : [],
  );
  const cut = report.cutShort
    ? [
        '',
        `This run was cut short: ${report.cutShort} The repetition does all of its ${plural(report.resources.trialsPlanned, 'trial')}, so its metrics may differ.`,
      ]
    : [];
  const lines = [
    `# Run ${report.runNumber}: ${report.target} from ${dataset.name}`,
    '',
    summarise(report).headline,
    ...cut,
    '',
    '## Do it again',
    '',
    `1. Put \`${data}\` beside this file. It is the raw file as it was uploaded: ${plural(dataset.rows, 'row')}, SHA-256 \`${dataset.hash}\`.`,
    `2. \`npm install\` (Modelwright ${plan.versions.modelwright ?? ''}; where your registry does not have it: \`npm install /path/to/modelwright\`).`,
    '3. `npm run reproduce`',
    '',
    'It trains and judges as `plan.json` says, prints every metric beside the one in `expected.json`, and ends with an error where they differ. The model, its card and the pictures are in `result/`.',
    '',
    '## What is done',
    '',
    ...plan.reasons.map(({ choice, value, reason }) => `- ${choice}: ${value}. ${reason}`),
    ...plan.candidates.map(
      ({ family, trials, reason }) =>
        `- ${familyLabel(family, experiment.task)}, ${plural(trials, 'trial')}. ${reason}`,
    ),
    ...plan.dropped.map(({ column, reason }) => `- Not used: ${column}. ${reason}`),
    '',
    '## The winner',
    '',
    `${familyLabel(winner.family, report.task)}, seed ${provenance.seed}:`,
    '',
    ...settings,
    '',
    'On held-out rows that no trial has seen, with 95% intervals:',
    '',
    ...scores,
    '',
    '## Versions',
    '',
    ...Object.entries(provenance.versions).map(([part, version]) => `- ${part} ${version}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Names come from people: nothing in it leads to another folder. */
function fileName(name: string): string {
  return (
    name
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/[^\p{L}\p{N}._ -]/gu, '_')
      .replace(/^\.+/, '') || 'data'
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
