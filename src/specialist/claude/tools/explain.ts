import { z } from 'zod';
import { METRICS } from '../../../ml/metrics/registry.ts';
import { PORTFOLIO } from '../../../ml/tuning/portfolio.ts';
import { SAMPLERS } from '../../../ml/tuning/samplers/samplers.ts';
import type { Report } from '../../../report/report.ts';
import { summarise } from '../../../report/summary.ts';
import type { Reply } from '../../../thread/reply.ts';
import { compareResults } from '../../rule-based/compare-results.ts';
import { explain } from '../../rule-based/explain-plan.ts';
import { define } from '../../rule-based/glossary.ts';
import { describeStatus } from '../../rule-based/status.ts';
import { asData } from '../outside.ts';
import { situationOf } from '../situation.ts';
import { defineTool, mistake, type ToolContext, toldReplies, toldSentence } from '../tool.ts';

export const lookAtThread = defineTool({
  name: 'look_at_thread',
  description:
    'Where the thread stands now: data, requirements, open questions, plan, run, result. Each message brings it along; call it when something may have changed since.',
  step: 'Looking where the thread stands',
  schema: z.strictObject({}),
  async run(_, { tools }) {
    const now = await tools.look();
    return { told: asData('situation', `${situationOf(now)}\n${toldSentence(describeStatus(now))}`, 12_000) };
  },
});

export const explainPlan = defineTool({
  name: 'explain_plan',
  description:
    'The reasons of the plan in force: split, metric, families, preprocessing, evaluation, dropped columns, budget; and why a run has ended.',
  step: 'Looking up the reasons of the plan',
  schema: z.strictObject({
    topic: z.string().max(200).describe('What the question is about; "" for all of it.'),
  }),
  async run({ topic }, { turn }) {
    return { told: asData('plan', toldSentence(explain(turn, topic.toLowerCase())), 12_000) };
  },
});

/** The report that is meant, among those of the thread. */
function reportOf({ turn }: ToolContext, number: number): Report | undefined {
  const known = [...(turn.report ? [turn.report] : []), ...turn.earlierReports];
  return number === 0 ? known[0] : known.find(({ runNumber }) => runNumber === number);
}

const NO_REPORT = 'There is no finished run of that number in this thread.';

export const explainResult = defineTool({
  name: 'explain_result',
  description:
    'The report of a finished run of this thread in full: scores with intervals, the model, what it leans on, what was tried, convergence, resources, caveats, next steps.',
  step: 'Reading the report',
  schema: z.strictObject({ run: z.number().int().min(0).describe('Its number; 0 for the newest.') }),
  async run({ run }, context) {
    const report = reportOf(context, run);
    if (!report) return mistake(NO_REPORT);
    const { headline, paragraphs } = summarise(report);
    const lines = [
      headline,
      ...paragraphs.flatMap(({ title, sentences }) => [`${title}:`, ...sentences.map((one) => `- ${one}`)]),
    ];
    return { told: asData('report', lines.join('\n'), 16_000) };
  },
});

export const compareRuns = defineTool({
  name: 'compare_runs',
  description:
    'The winner against its rivals on the same folds, against the earlier run of this thread, and against the model that people have today: better, worse or tied, with intervals.',
  step: 'Comparing',
  schema: z.strictObject({}),
  run: async (_, { turn }) => ({ told: asData('comparison', toldSentence(compareResults(turn)), 8000) }),
});

export const show = defineTool({
  name: 'show',
  description:
    'Puts something made by code into the thread: the report of a run with its curves, tables and pictures; the variants of pictures that a plan trains on; the project with the code that repeats the newest run.',
  step: 'Putting it into the thread',
  schema: z.strictObject({
    what: z.enum(['report', 'variants', 'code']),
    run: z.number().int().min(0).describe('Of a report: its number; 0 for the newest.'),
  }),
  async run({ what, run }, context) {
    const { tools, turn } = context;
    if (what === 'code') return toldReplies(await tools.showCode());
    if (what === 'variants') {
      const images = turn.data?.dataset.profile.images;
      if (!images) return mistake('The data holds no pictures.');
      const labels = turn.data?.target?.classes.map(({ label }) => label) ?? [];
      return toldReplies([{ kind: 'variants', images, labels }] satisfies Reply[]);
    }
    const report = reportOf(context, run);
    return report ? toldReplies([{ kind: 'report', report }]) : mistake(NO_REPORT);
  },
});

export const lookUp = defineTool({
  name: 'look_up',
  description:
    'What Modelwright knows: a term or metric, the model families that it can train with what each is for and its usual settings, the samplers; and the studies of earlier threads in this channel.',
  step: 'Looking it up',
  schema: z.strictObject({
    what: z.enum(['term', 'families', 'samplers', 'metrics', 'earlier_studies']),
    name: z.string().max(200).describe('Of a term; otherwise "".'),
  }),
  async run({ what, name }, { tools }) {
    switch (what) {
      case 'term':
        return { told: define(name.toLowerCase()) ?? 'There is no definition of that.' };
      case 'metrics':
        return {
          told: Object.values(METRICS)
            .map(({ label, description }) => `${label}: ${description}`)
            .join('\n'),
        };
      case 'samplers':
        return {
          told: Object.entries(SAMPLERS)
            .map(([id, { label }]) => `${id}: ${label}`)
            .join('\n'),
        };
      case 'families':
        return {
          told: JSON.stringify(
            Object.entries(PORTFOLIO).map(([family, { label, why, defaults }]) => ({
              family,
              label,
              why,
              usual: defaults[0],
            })),
          ),
        };
      case 'earlier_studies': {
        const studies = await tools.earlierStudies();
        const told = studies.map((report) => ({
          run: report.runNumber,
          data: report.dataset,
          target: report.target,
          winner: report.winner,
          headline: summarise(report).headline,
        }));
        return { told: asData('studies', JSON.stringify(told), 12_000) };
      }
    }
  },
});
