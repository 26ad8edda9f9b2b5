/** What was seen in the data, the suspects with their buttons, the open questions, and the two ways on. */
import type { ImageBlock, KnownBlock } from '@slack/types';
import { formatCount, formatShare, plural } from '../../report/format.ts';
import { seriesSentence } from '../../report/series-words.ts';
import { wantsForecast } from '../../requirements/requirements.ts';
import type { Reply } from '../../thread/reply.ts';
import { code, plainText, prose, say } from '../../thread/say.ts';
import { type Message, sections } from '../blocks.ts';
import { questionBlocks } from './questions-card.ts';

type ProfileReply = Extract<Reply, { kind: 'profile' }>;

const MOST_WARNINGS = 6;

export function profileCard(reply: ProfileReply, threadId: string, pictures: readonly ImageBlock[]): Message {
  const { profile, target, name } = reply;
  const lines = [`*${code(name)}*${say`: ${contents(profile)}.`}`];
  if (target) {
    lines.push(`I take ${code(target.target)} as the target: ${balance(target)}`);
    if (target.missing > 0)
      lines.push(say`${plural(target.missing, 'row')} without a target will not be used.`);
    const { windows } = reply.requirements;
    lines.push(
      windows
        ? `One prediction is made for each ${code(windows.id)}, from all of its rows.`
        : prose(wantsForecast(reply.requirements, target) ? seriesSentence(target) : target.splitReason),
    );
    if (!reply.requirements.forecast && target.series?.found.length) {
      lines.push(
        `${prose(seriesSentence(target))} Say "forecast the next …" and I forecast the values to come.`,
      );
    }
  }
  const warnings = [...reply.notes, ...profile.warnings, ...(target?.warnings ?? [])].slice(0, MOST_WARNINGS);
  if (target && target.conflictingRows > 0) {
    warnings.push(
      `${plural(target.conflictingRows, 'row')} with identical features have different outcomes: no model can be right on all of them.`,
    );
  }
  const blocks: KnownBlock[] = [
    ...sections(lines),
    ...pictures,
    ...(warnings.length > 0 ? sections(warnings.map((warning) => `• ${prose(warning)}`)) : []),
    ...questionBlocks(reply.questions, reply.requirements, target, threadId),
  ];
  return { text: plainText(lines.join(' ')), blocks };
}

function contents({ rows, columns, duplicateRows, images }: ProfileReply['profile']): string {
  if (images?.source === 'files') {
    const { width, height, channels, copies } = images;
    const pictures = `${plural(rows, 'picture')} of ${width} × ${height} pixels in ${channels === 1 ? 'grey' : 'colour'}`;
    return `${pictures}, ${plural(copies, 'exact copy', 'exact copies')}`;
  }
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  const shape = `${formatCount(rows)} rows, ${plural(columns.length, 'column')}`;
  return `${shape}, ${formatShare(missing / (rows * columns.length))} of the cells missing, ${plural(duplicateRows, 'duplicate row')}`;
}

function balance(target: NonNullable<ProfileReply['target']>): string {
  if (target.task === 'regression') return 'a number to be estimated.';
  const total = target.classes.reduce((sum, entry) => sum + entry.count, 0);
  const most = [...target.classes].sort((a, b) => b.count - a.count).slice(0, 4);
  const parts = most
    .map((entry) => `${code(entry.label)} ${say`${formatShare(entry.count / total)}`}`)
    .join(', ');
  const others = target.classes.length - most.length;
  return `${plural(target.classes.length, 'class', 'classes')}, ${parts}${others > 0 ? ` and ${others} more` : ''}.`;
}
