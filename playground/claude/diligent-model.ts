/** A model by rules that uses the tools as a good one would: for development and demonstrations without a key. It reads
 *  the newest words of the person and what the tools returned, and repeats no number but theirs. */
import { blocksOf, type MessagesRequest, resultsIn, type ToolUseBlock, textOf } from './messages.ts';
import type { Answer } from './stream-events.ts';

interface Move {
  readonly when: RegExp;
  readonly calls: (words: RegExpExecArray, request: MessagesRequest) => { name: string; input: unknown }[];
  readonly say: (results: readonly string[]) => string;
}

const call = (name: string, input: object = {}) => ({ name, input });
const changes = (...given: readonly (readonly [what: string, value: string])[]) =>
  call('set_requirements', { changes: given.map(([what, value]) => ({ what, value })) });

const METRICS: readonly (readonly [RegExp, string])[] = [
  [/\bauc\b/i, 'roc_auc'],
  [/\brecall\b/i, 'recall'],
  [/\bprecision\b/i, 'precision'],
  [/\bf1\b/i, 'f1'],
  [/log loss/i, 'log_loss'],
  [/\brmse\b/i, 'rmse'],
  [/\baccura/i, 'accuracy'],
];

/** What the words state, as changes of the requirements. */
function factsIn(words: string, request: MessagesRequest): [string, string][] {
  const facts: [string, string][] = [];
  const target =
    /\b(?:predict|target(?: is)?|forecast|classify)\s+(?:the\s+|who\s+will\s+)?`?([\w.]+)`?/i.exec(
      words,
    )?.[1];
  if (target && isKnown(target, request)) facts.push(['target', target]);
  const budget = /\b(\d+)\s*(s|sec\w*|min\w*|h|hours?)\b/i.exec(words);
  if (budget) {
    const unit = (budget[2] as string).toLowerCase();
    const seconds = Number(budget[1]) * (unit.startsWith('m') ? 60 : unit.startsWith('h') ? 3600 : 1);
    facts.push(['budget_seconds', String(seconds)]);
  }
  const metric = METRICS.find(([pattern]) => pattern.test(words))?.[1];
  const score = /\b(?:at|has|have|with)\s+(?:about\s+)?(\d{1,2}(?:\.\d+)?)\s?%/i.exec(words)?.[1];
  const wanted = /\b(?:need|want|reach|to)\s+(?:more than\s+|at least\s+)?(\d{1,2}(?:\.\d+)?)\s?%/i.exec(
    words,
  )?.[1];
  if (score) {
    facts.push(['existing_metric', metric ?? 'accuracy'], ['existing_score', String(Number(score) / 100)]);
    if (wanted) facts.push(['wanted_score', String(Number(wanted) / 100)]);
  } else if (metric && /\b(?:rank|optimi[sz]e|metric|judge|care|use)\b/i.test(words)) {
    facts.push(['metric', metric]);
  }
  const trials = /\b(\d+)\s+trials\b/i.exec(words)?.[1];
  if (trials) facts.push(['trials', trials]);
  const seed = /\bseed\s+(?:is\s+)?(\d+)/i.exec(words)?.[1];
  if (seed) facts.push(['seed', seed]);
  const dropped = /\b(?:drop|leave out|without|ignore)\s+(?:the column\s+)?`?([\w.]+)`?/i.exec(words)?.[1];
  if (dropped && isKnown(dropped, request)) facts.push(['drop_column', dropped]);
  return facts;
}

function isKnown(column: string, { messages }: MessagesRequest): boolean {
  const hasData = /"data":\{/.test(textOf(messages.at(-1) ?? { role: 'user', content: '' }));
  return !hasData || !/^(?:a|an|the|model|data|it|this|something)$/i.test(column);
}

const ASK_FOR_DATA = 'What I need is the data: a table with one row per case and the outcome as a column.';

const MOVES: readonly Move[] = [
  {
    when: /\b(?:approve|start the (?:run|training)|lgtm)\b/i,
    calls: () => [],
    say: () =>
      'A plan is approved by the button on its card, pressed by a person. I cannot take an approval from a message.',
  },
  {
    when: /\bshow me the code\b|\bthe code\b|\bexport\b/i,
    calls: () => [call('show', { what: 'code', run: 0 })],
    say: ([told = '']) => told.split('\n')[0] ?? '',
  },
  {
    when: /\b(?:average|mean) (?:of )?`?([\w.]+)`? (?:by|per) `?([\w.]+)`?/i,
    calls: ([, column = '', group = '']) => [
      call('query_data', {
        title: `Mean ${column} by ${group}`,
        measures: [
          { what: 'mean', column, detail: '' },
          { what: 'rows', column: '', detail: '' },
        ],
        groups: [{ column: group, by: '' }],
        conditions: [],
        order: 'size',
        most: 10,
        draw: true,
      }),
    ],
    say: ([told = '']) => {
      const [first] = jsonIn(told)?.rows ?? [];
      return first
        ? `The largest mean is in \`${first[0]}\`: ${Number(first[1]).toFixed(2)}, over ${first[2]} rows. The picture has the rest.`
        : told;
    },
  },
  {
    when: /\bhow many rows\b|\b(?:describe|profile|look at|what is in)\b.*\b(?:data|file|table)\b|^profile/i,
    calls: () => [call('profile_data', { columns: [] })],
    say: ([told = '']) => {
      const profile = jsonIn(told);
      return profile ? `The data has ${profile.rows} rows and ${profile.columns} columns.` : told;
    },
  },
  {
    when: /\b(?:compare|better|tied|versus|which model)\b/i,
    calls: () => [call('compare_runs')],
    say: ([told = '']) => plain(told),
  },
  {
    when: /\b(?:result|how good|explain the (?:result|report)|what did you find)\b/i,
    calls: () => [call('explain_result', { run: 0 })],
    say: ([told = '']) => plain(told).split('\n')[0] ?? '',
  },
  {
    when: /\bwhy\b\s*(.*)$/i,
    calls: ([, topic = '']) => [call('explain_plan', { topic: topic.slice(0, 200) })],
    say: ([told = '']) => plain(told),
  },
  {
    when: /\b(?:what is|what's|what does|define|explain)\s+(?:an?\s+|the\s+)?([\w \-²]+?)(?:\s+mean)?\??$/i,
    calls: ([, name = '']) => [call('look_up', { what: 'term', name })],
    say: ([told = '']) => told,
  },
  {
    when: /\b(?:earlier|before|other) (?:studies|runs|threads)\b/i,
    calls: () => [call('look_up', { what: 'earlier_studies', name: '' })],
    say: ([told = '']) =>
      /"headline"/.test(told)
        ? 'There are earlier studies in this channel.'
        : 'There are none in this channel.',
  },
  {
    when: /\b(?:go ahead|make a plan|plan it|propose|new plan|yes|sounds good|proceed)\b/i,
    calls: () => [call('propose_plan')],
    say: ([told = '']) => told.split('\n')[0] ?? '',
  },
  {
    when: /\b(?:status|how far|what now|where are we)\b/i,
    calls: () => [call('look_at_thread')],
    say: ([told = '']) => plain(told).split('\n').at(-1) ?? '',
  },
];

export function diligentModel(request: MessagesRequest): Answer {
  const words = newestWords(request);
  const made = callsSince(request);
  const facts = factsIn(words, request);
  const first =
    /\b(?:predict|train|forecast|classify|improve)\b/i.test(words) && !/"goal"/.test(situationIn(request));
  const noted: [string, string][] = [
    ...(first ? ([['goal', words.slice(0, 250)]] as [string, string][]) : []),
    ...facts,
  ];
  if (noted.length > 0 && made.length === 0) return { calls: [changes(...noted)] };
  const results = resultsIn(request).map(({ text }) => text);
  const lastCall = made.at(-1)?.name;
  const move = MOVES.find(({ when }) => when.test(words));
  if (move) {
    const calls = move.calls(move.when.exec(words) as RegExpExecArray, request);
    if (calls.length === 0 || (lastCall !== undefined && lastCall === calls[0]?.name)) {
      return { text: move.say(results) || 'Done.' };
    }
    return { calls };
  }
  if (noted.length > 0) {
    const problem = resultsIn(request).find(({ isError }) => isError);
    if (problem) return { text: plain(problem.text) };
    const wantsPlan = /"plan":\{/.test(situationIn(request)) && facts.length > 0;
    if (wantsPlan && lastCall === 'set_requirements') return { calls: [call('propose_plan')] };
    if (lastCall === 'propose_plan') return { text: results[0]?.split('\n')[0] ?? 'Done.' };
    if (
      /"data":null/.test(situationIn(request)) &&
      !/"arrivingWithThisMessage":\["/.test(situationIn(request))
    ) {
      return { text: `Noted. ${ASK_FOR_DATA}` };
    }
    return {
      text: /"arrivingWithThisMessage":\["/.test(situationIn(request))
        ? 'Noted. I am reading your file; its profile comes in a moment.'
        : 'Noted.',
    };
  }
  if (/"data":null/.test(situationIn(request))) {
    return { text: `${ASK_FOR_DATA} What should be predicted?` };
  }
  return { text: 'Tell me what matters most to you, or say "go ahead" and I ask for a plan.' };
}

/** The words of the person in the newest message that holds some. */
function newestWords({ messages }: MessagesRequest): string {
  for (const message of [...messages].reverse()) {
    const found = [...textOf(message).matchAll(/<data from="person [^"]*">([\s\S]*?)<\/data>/g)].at(-1);
    if (message.role === 'user' && found) return found[1] ?? '';
  }
  return '';
}

function situationIn({ messages }: MessagesRequest): string {
  for (const message of [...messages].reverse()) {
    const found = /<data from="situation">([\s\S]*?)<\/data>/.exec(textOf(message));
    if (found) return found[1] ?? '';
  }
  return '';
}

/** The calls of this turn. */
function callsSince({ messages }: MessagesRequest): ToolUseBlock[] {
  const start = messages.findLastIndex(
    (message) => message.role === 'user' && /<data from="situation">/.test(textOf(message)),
  );
  return messages
    .slice(start + 1)
    .flatMap((message) => blocksOf(message).flatMap((block) => (block.type === 'tool_use' ? [block] : [])));
}

function plain(told: string): string {
  return told.replace(/<\/?data[^>]*>/g, '').trim();
}

function jsonIn(told: string): { rows?: unknown[][] & number; columns?: number } | null {
  try {
    return JSON.parse(plain(told));
  } catch {
    return null;
  }
}
