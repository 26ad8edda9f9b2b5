/** The plan with its reasons and price. Pending and decided cards share the body, so that the thread stays a record:
 *  after the decision the buttons give way to who decided and when. */
import type { KnownBlock } from '@slack/types';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { PlanRecord } from '../../plan/plan.ts';
import { planSplit, planVerb } from '../../plan/plan-words.ts';
import { estimateSource, estimateWords, limitWords } from '../../report/budget-words.ts';
import { priceOfChange } from '../../report/continuation.ts';
import { familyLabel, formatCount, formatSeconds, plural } from '../../report/format.ts';
import { spaceWords } from '../../report/space-words.ts';
import { code, plainText, prose, say } from '../../thread/say.ts';
import { ACTIONS } from '../actions.ts';
import { actions, button, context, divider, header, type Message, section, sections } from '../blocks.ts';

/** Above this budget a click on Approve is asked once more. */
const CONFIRM_SECONDS = 600;
const MOST_DROPPED = 8;

export function planCard(record: PlanRecord): Message {
  const { plan, version } = record;
  const { experiment } = plan;
  const trials = plan.candidates.reduce((sum, candidate) => sum + candidate.trials, 0);
  const title = `Plan ${version}: ${planVerb(experiment)} ${experiment.target}`;
  const metric = METRICS[experiment.metric].label;
  const price = `${estimateWords(plan)}.`;
  const candidates = plan.candidates.map(
    (candidate) =>
      `${say`• *${familyLabel(candidate.family, experiment.task)}*, ${plural(candidate.trials, 'trial')}.`} ${prose(candidate.reason)}`,
  );
  const reasons = plan.reasons.map(
    (entry) => `${say`• *${entry.choice}: ${entry.value}.*`} ${prose(entry.reason)}`,
  );
  const blocks: KnownBlock[] = [
    header(title),
    section(
      `${code(plan.dataset.name)}, ${formatCount(plan.dataset.rows)} rows, ${plural(experiment.features.length, 'feature')}. ${say`Ranked by *${metric}*, split ${planSplit(experiment)}.`}`,
    ),
    ...improvementBlocks(record),
    ...sections(['*What will be tried*', ...candidates]),
    ...spaceBlocks(plan),
    ...sections(['*Why this way*', ...reasons]),
    ...droppedBlocks(record),
    section(`*Price:* ${price}`),
    ...priceDetails(plan),
    context(
      say`Plan ${version} · seed ${experiment.seed} · ${trials} trials · hash ${record.hash.slice(0, 12)}`,
    ),
    divider,
    ...decisionBlocks(record),
  ];
  return { text: plainText(`${title}. ${plural(trials, 'trial')}, ${price}`), blocks };
}

/** What is drawn from, once the settings that are known to be strong were tried. */
function spaceBlocks({ candidates, experiment }: PlanRecord['plan']): KnownBlock[] {
  const lines = candidates.flatMap(({ family, space, trials, defaults, starts = [] }) => {
    const words = trials > defaults.length + starts.length ? spaceWords(space) : null;
    return words ? [`${say`• *${familyLabel(family, experiment.task)}:*`} ${prose(words)}.`] : [];
  });
  return lines.length === 0 ? [] : sections(['*Where further settings are drawn from*', ...lines]);
}

function priceDetails(plan: PlanRecord['plan']): KnownBlock[] {
  const details = [limitWords(plan), estimateSource(plan)].filter((words) => words !== null);
  return details.length === 0 ? [] : [context(details.map((words) => say`${words}`).join(' '))];
}

/** What the run before showed, and what is done about it. */
function improvementBlocks({ plan: { improves } }: PlanRecord): KnownBlock[] {
  if (!improves) return [];
  const changes = improves.changes.map(
    (one) =>
      `${say`• *${one.change}.*`} ${prose([one.why, one.gain, priceOfChange(one)].filter(Boolean).join(' '))}`,
  );
  return sections([`*What run ${improves.run} showed, and what changes*`, ...changes]);
}

function droppedBlocks({ plan }: PlanRecord): KnownBlock[] {
  if (plan.dropped.length === 0) return [];
  const shown = plan.dropped
    .slice(0, MOST_DROPPED)
    .map((entry) => `• ${code(entry.column)}: ${prose(entry.reason)}`);
  const rest = plan.dropped.length - shown.length;
  return sections(['*Not used*', ...shown, ...(rest > 0 ? [`• and ${plural(rest, 'more column')}`] : [])]);
}

function decisionBlocks(record: PlanRecord): KnownBlock[] {
  const { decision, status } = record;
  if (status === 'superseded') return [context('Replaced by a newer plan.')];
  if (decision) {
    const what = status === 'approved' ? ':white_check_mark: Approved' : ':x: Rejected';
    const reason = decision.reason ? say` Reason: ${decision.reason}` : '';
    return [section(`${what} by <@${decision.by}> ${slackTime(decision.at)}.${reason}`)];
  }
  const value = JSON.stringify({ planId: record.id, hash: record.hash });
  const costly = record.plan.budget.seconds > CONFIRM_SECONDS;
  return [
    actions(
      'plan-decision',
      button(ACTIONS.approvePlan, 'Approve', value, {
        style: 'primary',
        ...(costly ? { confirm: confirmCost(record.plan.budget.seconds) } : {}),
      }),
      button(ACTIONS.editPlan, 'Edit', value),
      button(ACTIONS.rejectPlan, 'Reject', value, { style: 'danger' }),
    ),
  ];
}

function confirmCost(seconds: number) {
  const plain = (text: string) => ({ type: 'plain_text', text }) as const;
  return {
    title: plain('Start this run?'),
    text: plain(`It may use up to ${formatSeconds(seconds)} of computing.`),
    confirm: plain('Start it'),
    deny: plain('Not yet'),
  };
}

/** The moment in the reader's own time zone, with UTC as the fallback. */
function slackTime(iso: string): string {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  return `<!date^${seconds}^{date_short_pretty} at {time}|${iso.slice(0, 16).replace('T', ' ')} UTC>`;
}
