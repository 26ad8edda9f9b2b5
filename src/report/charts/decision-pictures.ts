/** Pictures of probabilities and decisions: reliability, the curves of ROC and precision-recall, the cost of every cut-off. */
import type { ChartConfiguration } from 'chart.js';
import type { ChapterSource } from '../chapters/chapter.ts';
import { type DecisionFacts, decisionFacts } from '../chapters/decision.ts';
import { formatInterval, formatNumber, formatShare, plural } from '../format.ts';
import { modelName } from '../model-name.ts';
import { unitOf, unitsOf } from '../unit-words.ts';
import type { PictureSpec } from './picture.ts';
import type { Block } from './scene.ts';
import { layoutSheet, titledChart } from './sheet.ts';
import { COLOUR } from './theme.ts';

interface XY {
  readonly x: number;
  readonly y: number;
}

export function reliabilityPicture(source: ChapterSource): PictureSpec | null {
  const facts = decisionFacts(source);
  if (typeof facts === 'string') return null;
  const { bins, error, byChance } = facts.reliability;
  const what = facts.decision ? `are ${facts.decision.positive}` : 'are decided rightly';
  const title = 'Do the probabilities mean what they say?';
  const verdict =
    error <= byChance
      ? `Off by ${formatShare(error)} on average, which chance alone explains (up to ${formatShare(byChance)}).`
      : `Off by ${formatShare(error)} on average, more than chance explains (${formatShare(byChance)}).`;
  const { before } = facts;
  const earlier = before
    ? ` Before ${before.calibrator} (grey): ${formatShare(before.reliability.error)}.`
    : '';
  const scene = layoutSheet({
    title,
    subtitle: `${modelName(source.report)} on ${plural(facts.said.length, `held-out ${unitOf(source.report)}`)}. On the line, a probability is what comes.`,
    blocks: [
      chart(`Share of ${unitsOf(source.report)} that ${what}`, 430, {
        points: bins.map(({ said, came }) => ({ x: said, y: came.value })),
        bars: bins.map(({ said, came: { low, high } }) => [
          { x: said, y: low },
          { x: said, y: high },
        ]),
        guide: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        xTitle: 'probability that the model gave',
        ...(before && {
          earlier: before.reliability.bins.map(({ said: x, came }) => ({ x, y: came.value })),
        }),
        isStep: false,
      }),
    ],
    footnote: `${verdict}${earlier} Each point is one of ${plural(bins.length, 'equal part')} of the rows; lines are 95% intervals.`,
  });
  const said = bins.map((bin) => `${formatShare(bin.said)} said, ${formatShare(bin.came.value)} came`);
  return { fileName: 'calibration.png', title, altText: `${verdict}${earlier} ${said.join('; ')}.`, scene };
}

export function rankingPicture(source: ChapterSource): PictureSpec | null {
  const facts = decisionFacts(source);
  if (typeof facts === 'string' || !facts.decision) return null;
  const { said, came, decision } = facts;
  const { roc, pr, share } = curves(said, came);
  const { roc_auc: auc, average_precision: ap } = source.report.judgement.holdout;
  const at = decision.at;
  const positives = at.found + at.missed;
  const negatives = said.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const title = `How well the ${unitsOf(source.report)} are ordered`;
  const scores = [
    auc && `AUC ${formatInterval('roc_auc', auc)}`,
    ap && `average precision ${formatInterval('average_precision', ap)}`,
  ].filter((score) => score !== undefined);
  const found = at.found / positives;
  const here = `At the cut-off of ${formatShare(at.cutOff)} (diamond) it finds ${formatShare(found)} of the ${unitsOf(source.report)} that are ${decision.positive}, with ${formatShare((at.taken - at.found) / negatives)} of the others as false alarms.`;
  const scene = layoutSheet({
    title,
    subtitle: `${modelName(source.report)} on ${plural(said.length, `held-out ${unitOf(source.report)}`)}: ${scores.join(', ')}.`,
    blocks: [
      chart('Share found, by share of false alarms (ROC)', 330, {
        line: roc,
        mark: { x: (at.taken - at.found) / negatives, y: found },
        guide: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        xTitle: 'share of the others that are taken for it',
        isStep: true,
      }),
      chart('Precision, by share found', 330, {
        line: pr,
        ...(at.taken > 0 && { mark: { x: found, y: at.found / at.taken } }),
        guide: [
          { x: 0, y: share },
          { x: 1, y: share },
        ],
        xTitle: 'share found (recall)',
        isStep: false,
      }),
    ],
    footnote: `${here} Dashed: guessing.`,
  });
  return { fileName: 'ranking.png', title, altText: `${scores.join(', ')}. ${here}`, scene };
}

export function costPicture(source: ChapterSource): PictureSpec | null {
  const facts = decisionFacts(source);
  if (typeof facts === 'string' || !facts.cost || !facts.decision) return null;
  const { costs, curve } = facts.cost;
  const { cutOff } = facts.decision.at;
  const per1000 = (value: number) => 1000 * value;
  const money = (value: number) => formatNumber(Number(per1000(value).toPrecision(3)));
  const title = 'What each cut-off costs';
  const verdict = `${money(curve.chosen.value)} per 1,000 ${unitsOf(source.report)} [${money(curve.chosen.low)}, ${money(curve.chosen.high)}] at ${formatShare(cutOff)}; ${money(curve.nobody)} if you act on nobody, ${money(curve.everybody)} if on everybody.`;
  const scene = layoutSheet({
    title,
    subtitle: `A missed one costs ${formatNumber(costs.missed)}, a false alarm ${formatNumber(costs.falseAlarm)}. On ${plural(facts.said.length, `held-out ${unitOf(source.report)}`)}.`,
    blocks: [
      chart(`Cost per 1,000 ${unitsOf(source.report)}`, 400, {
        line: curve.cutOffs.map((x, i) => ({ x, y: per1000(curve.costs[i] as number) })),
        mark: { x: cutOff, y: per1000(curve.chosen.value) },
        band: [curve.best.low, curve.best.high],
        guide: [
          { x: 0, y: per1000(curve.nobody) },
          { x: 1, y: per1000(curve.nobody) },
        ],
        xTitle: 'act from this probability on',
        isStep: false,
        isMoney: true,
      }),
    ],
    footnote: `${verdict} Diamond: the cut-off that follows from the costs. Shaded: where the cheapest lies on these rows (95%). Dashed: act on nobody.`,
  });
  return { fileName: 'threshold-cost.png', title, altText: verdict, scene };
}

interface ChartValues {
  readonly line?: readonly XY[];
  readonly points?: readonly XY[];
  readonly bars?: readonly (readonly XY[])[];
  /** Points from before something was done, behind the others. */
  readonly earlier?: readonly XY[];
  readonly mark?: XY;
  readonly band?: readonly [number, number];
  readonly guide: readonly XY[];
  readonly xTitle: string;
  readonly isStep: boolean;
  readonly isMoney?: boolean;
}

/** x is a share; y too, unless it is money. */
function chart(heading: string, height: number, values: ChartValues): Block {
  const {
    line = [],
    points = [],
    earlier = [],
    bars = [],
    mark,
    band,
    guide,
    xTitle,
    isStep,
    isMoney = false,
  } = values;
  const percent = (value: number | string) => `${Math.round(100 * Number(value))}%`;
  const drawn = (data: readonly XY[], more: object) => ({
    data: [...data],
    showLine: true,
    pointRadius: 0,
    ...more,
  });
  const configuration = {
    type: 'scatter',
    data: {
      datasets: [
        ...(mark
          ? [
              drawn([mark], {
                showLine: false,
                pointRadius: 9,
                pointStyle: 'rectRot',
                backgroundColor: COLOUR.vermillion,
                clip: false,
              }),
            ]
          : []),
        drawn(points, {
          borderColor: COLOUR.blue,
          borderWidth: 3,
          pointRadius: 6,
          backgroundColor: COLOUR.blue,
          clip: false,
        }),
        drawn(line, { borderColor: COLOUR.blue, borderWidth: 3, stepped: isStep }),
        ...bars.map((bar) => drawn(bar, { borderColor: COLOUR.sky, borderWidth: 2.5 })),
        drawn(earlier, {
          borderColor: COLOUR.grey,
          borderWidth: 2,
          pointRadius: 5,
          backgroundColor: COLOUR.grey,
          clip: false,
        }),
        drawn(guide, { borderColor: COLOUR.ink, borderWidth: 1.5, borderDash: [5, 5] }),
      ],
    },
    options: {
      layout: { padding: { right: 20, top: 8 } },
      scales: {
        x: {
          min: 0,
          max: 1,
          title: { display: true, text: xTitle },
          grid: { color: COLOUR.track },
          ticks: { maxTicksLimit: 6, maxRotation: 0, callback: percent },
        },
        y: isMoney
          ? {
              beginAtZero: true,
              border: { display: false },
              ticks: { maxTicksLimit: 6, callback: (value: number | string) => formatNumber(Number(value)) },
            }
          : { min: 0, max: 1, border: { display: false }, ticks: { maxTicksLimit: 6, callback: percent } },
      },
      plugins: {
        annotation: {
          annotations: band
            ? {
                best: {
                  type: 'box',
                  xMin: band[0],
                  xMax: band[1],
                  backgroundColor: `${COLOUR.amber}26`,
                  borderWidth: 0,
                },
              }
            : {},
        },
      },
    },
  } as unknown as ChartConfiguration;
  return titledChart(heading, height, configuration);
}

const MOST_POINTS = 400;

/** Both curves from the top of the list down, a point after each run of equal probabilities. */
function curves(
  said: DecisionFacts['said'],
  came: DecisionFacts['came'],
): { roc: XY[]; pr: XY[]; share: number } {
  const order = Uint32Array.from(said, (_, row) => row).sort((a, b) => said[b] - said[a]);
  const positives = came.reduce((sum, value) => sum + value, 0);
  const negatives = said.length - positives;
  const roc: XY[] = [{ x: 0, y: 0 }];
  const pr: XY[] = [];
  let found = 0;
  const stride = Math.max(1, Math.floor(order.length / MOST_POINTS));
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    found += came[row];
    const isLast = i + 1 === order.length;
    if (!isLast && (said[order[i + 1] as number] === said[row] || i % stride !== 0)) continue;
    roc.push({ x: (i + 1 - found) / negatives, y: found / positives });
    pr.push({ x: found / positives, y: found / (i + 1) });
  }
  return { roc, pr, share: positives / said.length };
}
