/** The specialist without a key: rules over the same tools that a language model gets. */
import type { Task } from '../../ml/experiment.ts';
import { defaultMetric, METRICS } from '../../ml/metrics/registry.ts';
import { FOLD_PRUNERS } from '../../ml/tuning/pruners/fold-pruners.ts';
import { SAMPLERS } from '../../ml/tuning/samplers/samplers.ts';
import { RECALIBRATION_WORDS } from '../../plan/recalibration.ts';
import { usualLeastGain } from '../../report/claim-check.ts';
import { isItKnown, rowsToProve } from '../../report/claim-words.ts';
import {
  formatInterval,
  formatNumber,
  formatScore,
  formatSeconds,
  joinWords,
  plural,
} from '../../report/format.ts';
import { scoreToTrust } from '../../report/trusted-score.ts';
import { namedSensitive } from '../../requirements/named-sensitive.ts';
import { namedTarget } from '../../requirements/named-target.ts';
import { namedWindows } from '../../requirements/named-windows.ts';
import type { RequirementsChange } from '../../requirements/requirements.ts';
import { aboutSensitive } from '../../thread/about-sensitive.ts';
import { type Reply, text } from '../../thread/reply.ts';
import { code, prose, say } from '../../thread/say.ts';
import type { Specialist, SpecialistTools, Turn } from '../../thread/specialist.ts';
import { compareResults } from './compare-results.ts';
import { explain } from './explain-plan.ts';
import { namesSaidToBeKnown } from './forecast-words.ts';
import { define } from './glossary.ts';
import { metricsIn } from './metric-words.ts';
import { aboutProtocol } from './protocol-words.ts';
import { ASK_FOR_DATA, describeStatus, describeWaitingPlan, goingRun, nextStep } from './status.ts';
import { type Intent, type Understood, understand } from './understand.ts';

const HELP = [
  'I train models on tables and say honestly how good they are.',
  '• Mention me with a data set (CSV, TSV, JSON Lines or Parquet, also gzipped; a zip of pictures; or an https address to one) and say what you want to predict.',
  '• I profile the data, ask what I must, and propose a plan with its price. Nothing runs before somebody presses Approve.',
  '• Ask me *why* about any choice, *what is* any term, *status*, *stop*, or *compare*; after a run, to *improve* it, or *show me the code*.',
].join('\n');

export const ruleBasedSpecialist: Specialist = {
  async answer(turn, tools) {
    const understood = understand(turn.text);
    const { said, isChanged } = await remember(turn, understood, tools);
    if (understood.facts.existing) said.push(...(await tools.checkClaim()));
    if (turn.arriving.length > 0) {
      return [...said, text(`Reading ${joinWords(turn.arriving.map(code))}. A moment.`)];
    }
    // A message that only states facts has been answered by noting them, unless a plan hangs on them.
    if (understood.intent === null && said.length > 0) {
      return [...said, ...(isChanged ? await afterChange(turn, tools) : [])];
    }
    return [...said, ...(await respond(turn, understood, isChanged, tools))];
  },
};

interface Remembered {
  /** What had to be said about it. */
  readonly said: Reply[];
  /** Whether a plan made from now on may differ. */
  readonly isChanged: boolean;
}

/** Writes down what the message states. */
async function remember(turn: Turn, understood: Understood, tools: SpecialistTools): Promise<Remembered> {
  const { facts, intent } = understood;
  if (turn.state.requirements.goal === '' && isRequest(turn, intent)) {
    await tools.setRequirements({ goal: [...turn.text].slice(0, 250).join('') });
  }
  const target = statedTarget(turn, intent);
  const known = columnsSaidToBeKnown(turn);
  const windows = recordingsSaid(turn);
  const sensitive = turn.data && namedSensitive(turn.text, turn.data.dataset.profile);
  const change: RequirementsChange = {
    ...facts,
    ...(sensitive && { sensitive }),
    ...(target !== null && { target }),
    ...(windows !== undefined && { windows }),
    ...(known.length > 0 && {
      columnDecisions: Object.fromEntries(known.map((column) => [column, 'known' as const])),
    }),
  };
  if (Object.keys(change).length === 0) return { said: [], isChanged: false };
  const result = await tools.setRequirements(change);
  if (!result.ok) return { said: [text(result.sentence)], isChanged: false };
  // What is sensitive changes what is reported, not what is trained.
  const { existing, costs, sensitive: _reported, ...planned } = change;
  return {
    said: notes(change, turn.data?.target?.task).map(text),
    isChanged: Object.keys(planned).length > 0,
  };
}

/** The first message that asks for something, or that comes with data, is the goal. */
function isRequest(turn: Turn, intent: Intent | null): boolean {
  return intent === 'train' || (intent === null && turn.arriving.length > 0 && turn.text !== '');
}

/** The column that the message wants predicted, if that is news. */
function statedTarget({ data, state, text: words }: Turn, intent: Intent | null): string | null {
  if (!data || (intent !== 'train' && intent !== 'plan' && intent !== null)) return null;
  const current = data.target?.target ?? state.requirements.target;
  // While the question for the target is open, naming a column answers it.
  const named = namedTarget(words, data.dataset.profile, current === null ? 'anywhere' : 'introduced');
  return named === current ? null : named;
}

/** "Promotion and price are known ahead". */
function columnsSaidToBeKnown({ data, text: words }: Turn): string[] {
  return data
    ? namesSaidToBeKnown(
        words,
        data.dataset.profile.columns.map(({ name }) => name),
      )
    : [];
}

/** "Classify each recording by its id"; undefined where that is no news. */
function recordingsSaid({ data, state, text: words }: Turn): RequirementsChange['windows'] {
  const said = data ? namedWindows(words, data.dataset.profile) : undefined;
  return said === null && state.requirements.windows === null ? undefined : said;
}

function notes(
  {
    existing,
    costs,
    sensitive,
    forecast,
    windows,
    columnDecisions,
    target,
    metric,
    budgetSeconds,
    trials,
    sampler,
    pruner,
    shards,
    startsFrom,
    seed,
    finish,
    recalibration,
    ...protocol
  }: RequirementsChange,
  task: Task | undefined,
): string[] {
  return [
    ...(existing ? [aboutExisting(existing, task)] : []),
    ...(target ? [`Noted: ${code(target)} is to be predicted.`] : []),
    ...(metric ? [say`Noted: trials are ranked by ${METRICS[metric].label}.`] : []),
    ...(budgetSeconds ? [say`Noted: a run may take ${formatSeconds(budgetSeconds)}.`] : []),
    ...(trials ? [say`Noted: at most ${trials} trials.`] : []),
    ...(sampler ? [say`Noted: further settings are found by ${SAMPLERS[sampler].label}.`] : []),
    ...(pruner ? [say`Noted: weak trials end early by: ${FOLD_PRUNERS[pruner].label}.`] : []),
    ...aboutProtocol(protocol),
    ...(shards === 1 ? ['Noted: the rows of networks stay in one piece.'] : []),
    ...(shards && shards > 1 ? [say`Noted: the rows of networks are divided into ${shards} parts.`] : []),
    ...(startsFrom === 'nothing' ? ['Noted: the plan begins without what earlier runs have shown.'] : []),
    ...(finish === 'single' ? ['Noted: the best trial alone, no ensemble.'] : []),
    ...(finish === 'ensemble' ? ['Noted: several trials together, where that is better.'] : []),
    ...(recalibration ? [say`Noted: probabilities are ${RECALIBRATION_WORDS[recalibration]}.`] : []),
    ...(costs
      ? [
          say`Noted: a missed one costs ${formatNumber(costs.missed)}, a false alarm ${formatNumber(costs.falseAlarm)}. Under the report, *Decide* chooses the cut-off by that, and so does the next plan.`,
        ]
      : []),
    ...(forecast ? [aboutForecast(forecast)] : []),
    ...(windows ? [aboutRecordings(windows)] : []),
    ...(windows === null ? ['Noted: each row stands for itself.'] : []),
    ...Object.entries(columnDecisions ?? {}).flatMap(([column, decision]) =>
      decision === 'known' ? [`Noted: ${code(column)} is known beforehand.`] : [],
    ),
    ...(sensitive ? [aboutSensitive(sensitive)] : []),
    ...(seed != null ? [say`Noted: the seed is ${seed}.`] : []),
  ];
}

function aboutForecast({ horizon }: NonNullable<RequirementsChange['forecast']>): string {
  if (!horizon) return 'Noted: where the data is a series, its values to come are forecast.';
  const unit = horizon.unit === 'step' ? 'value' : horizon.unit;
  return say`Noted: where the data is a series, the next ${plural(horizon.count, unit)} are forecast.`;
}

function aboutRecordings({ id, order }: NonNullable<RequirementsChange['windows']>): string {
  const ordered = order === null ? '' : `, in the order of ${code(order)}`;
  return `Noted: the rows of one ${code(id)} are one recording${ordered}, and one prediction is made for each of those.`;
}

function aboutExisting(
  existing: NonNullable<RequirementsChange['existing']>,
  task: Task | undefined,
): string {
  const metric = existing.metric ?? (task === 'regression' ? defaultMetric(task) : 'accuracy');
  const { score, wanted, rows: testRows = null, leastGain = usualLeastGain(metric, score) } = existing;
  const goal = wanted === null ? '' : say` and you need ${formatScore(metric, wanted)}`;
  const noted = `${say`Noted: your model is at ${formatScore(metric, score)} ${METRICS[metric].label}`}${goal}.`;
  const claim = {
    ...{ task: task ?? 'binary', metric, score, wanted, testRows, leastGain },
    ...{ holdoutRows: 0, findings: null, problem: null, uploaded: null },
  };
  const answers = [isItKnown(claim), rowsToProve(claim)].filter((answer) => answer !== null);
  return [noted, ...answers.map(({ question, answer }) => `${say`*${question}*`} ${prose(answer)}`)].join(
    '\n',
  );
}

async function respond(
  turn: Turn,
  { intent, topic, chapter }: Understood,
  isChanged: boolean,
  tools: SpecialistTools,
): Promise<Reply[]> {
  switch (intent) {
    case 'greet':
      return [text(turn.data || turn.state.reading ? `Hello. ${nextStep(turn)}` : HELP)];
    case 'help':
      return [text(HELP)];
    case 'define':
      return [text(defineFor(turn, topic))];
    case 'why':
      return [text(explain(turn, topic))];
    case 'status':
      return [text(describeStatus(turn))];
    case 'stop':
      return tools.stopRun();
    case 'compare':
      return [text(compareResults(turn))];
    case 'profile':
      return tools.showProfile();
    case 'chapter':
      return chapter ? tools.openChapter(chapter) : [];
    case 'code':
      return tools.showCode();
    case 'thanks':
      return [text('You are welcome.')];
    case 'dissent':
      return [text(`All right, nothing happens. ${nextStep(turn)}`)];
    case 'approve':
      return [text(aboutApproval(turn))];
    case 'improve':
      return improve(turn, topic, isChanged, tools);
    case 'assent':
    case 'plan':
    case 'train':
      return plan(turn, intent, isChanged, tools);
    case null:
      return [text(`I did not understand that. ${nextStep(turn)} Say "help" to see what I can do.`)];
  }
}

/** Makes a plan that goes on from a run: the named one, or the newest with a report. */
async function improve(
  turn: Turn,
  topic: string,
  isChanged: boolean,
  tools: SpecialistTools,
): Promise<Reply[]> {
  const newest = turn.report ?? turn.earlierReports[0];
  const number = topic === '' ? newest?.runNumber : Number(topic);
  // "Improve it" where there is nothing yet is a wish for a first model.
  if (number === undefined) return plan(turn, 'train', isChanged, tools);
  if (turn.state.reading) return [text(nextStep(turn))];
  if (!turn.data) return [text(ASK_FOR_DATA)];
  if (goingRun(turn)) return [text(describeStatus(turn))];
  const set = await tools.setRequirements({ startsFrom: number });
  if (!set.ok) return [text(set.sentence)];
  return [text(say`Going on from run ${number}.`), ...(await tools.requestPlan())];
}

/** Makes a plan where one is wanted and none is waiting for a decision. */
async function plan(
  turn: Turn,
  intent: 'assent' | 'plan' | 'train',
  isChanged: boolean,
  tools: SpecialistTools,
): Promise<Reply[]> {
  if (turn.state.reading) return [text(nextStep(turn))];
  if (!turn.data) return [text(ASK_FOR_DATA)];
  if (goingRun(turn)) return [text(describeStatus(turn))];
  if (turn.plan?.status === 'proposed' && !isChanged && intent !== 'plan') return [text(aboutApproval(turn))];
  // "Yes" or "great" under a report agrees with it; another run has to be asked for.
  if (intent === 'assent' && turn.run && turn.plan?.status !== 'rejected') return [text(nextStep(turn))];
  // What went on from a run has been run or rejected: another plan is one of its own unless that is asked for.
  const { startsFrom } = turn.state.requirements;
  if (typeof startsFrom === 'number' && turn.plan?.status !== 'proposed') {
    await tools.setRequirements({ startsFrom: null });
  }
  return tools.requestPlan();
}

/** A fact that changes a plan which waits for a decision makes the next version of it. */
async function afterChange(turn: Turn, tools: SpecialistTools): Promise<Reply[]> {
  const isAnswer = turn.data !== null && turn.data.target === null;
  return turn.plan?.status === 'proposed' || isAnswer ? tools.requestPlan() : [text(nextStep(turn))];
}

function aboutApproval(turn: Turn): string {
  if (turn.plan?.status !== 'proposed') return `There is no plan to approve. ${nextStep(turn)}`;
  return `${describeWaitingPlan(turn)} An approval counts only by that button, pressed by a person; I cannot take it from a message. *Edit* changes the plan, *Reject* takes it back.`;
}

function defineFor({ report }: Turn, topic: string): string {
  const definition = define(topic);
  if (!definition) {
    return say`I have no definition of "${topic}". Ask me about a metric, or a word from the plan or the report.`;
  }
  const [mention] = metricsIn(topic);
  const found = mention && report && scoreToTrust(report, mention.metric);
  if (!found) return definition;
  return `${definition}\n${say`In run ${report.runNumber} it is ${formatInterval(mention.metric, found.score)} ${found.where}.`}`;
}
