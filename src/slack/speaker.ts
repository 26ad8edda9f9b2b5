/** Replies into messages: the mouth of handlers and jobs. */
import type { PlanRecord } from '../plan/plan.ts';
import type { ChapterFile } from '../report/chapters/chapter.ts';
import { CHAPTERS } from '../report/chapters/chapters.ts';
import type { Picture } from '../report/charts/picture.ts';
import type { ClaimCheck } from '../report/claim-check.ts';
import type { Report } from '../report/report.ts';
import type { ThreadPlace } from '../thread/events.ts';
import type { Reply } from '../thread/reply.ts';
import { plainText, prose } from '../thread/say.ts';
import type { Speaker } from '../thread/speaker.ts';
import { type Message, section } from './blocks.ts';
import { answerCard } from './cards/answer-card.ts';
import { chapterCard } from './cards/chapter-card.ts';
import { choiceCard } from './cards/choice-card.ts';
import { claimCard } from './cards/claim-card.ts';
import { planCard } from './cards/plan-card.ts';
import { profileCard } from './cards/profile-card.ts';
import { projectCard } from './cards/project-card.ts';
import { questionsCard } from './cards/questions-card.ts';
import { reportCard } from './cards/report-card.ts';
import { runCard } from './cards/run-card.ts';
import { variantsCard } from './cards/variants-card.ts';
import type { Outbox } from './outbox.ts';
import type { PictureUploads } from './pictures.ts';
import { zipOf } from './zip.ts';

/** Draws in a thread of its own, so that an answer to a click never waits for a chart. */
export interface Painter {
  profile(reply: Extract<Reply, { kind: 'profile' }>): Promise<Picture[]>;
  variants(reply: Extract<Reply, { kind: 'variants' }>): Promise<Picture[]>;
  answer(reply: Extract<Reply, { kind: 'answer' }>): Promise<Picture[]>;
  report(report: Report): Promise<Picture[]>;
  claim(check: ClaimCheck): Promise<Picture[]>;
  chapter(reply: Extract<Reply, { kind: 'chapter' }>): Promise<Picture[]>;
}

/** The key of a message that is changed later, so that whoever changes it can name it. */
export const postKeys = {
  plan: (planId: string) => `plan-${planId}`,
  run: (runId: string) => `run-${runId}`,
};

/** The plan's card shows what has become of it, without buttons once it is decided or replaced. */
export async function refreshPlan(outbox: Outbox, record: PlanRecord): Promise<void> {
  await outbox.update(postKeys.plan(record.id), planCard(record));
}

/** What a chapter shares beside its message. */
function chapterFile({ chapter, source }: Extract<Reply, { kind: 'chapter' }>): ChapterFile | null {
  const told = CHAPTERS[chapter].tell(source);
  return 'absent' in told ? null : (told.file ?? null);
}

export function createSpeaker(outbox: Outbox, uploads: PictureUploads, painter: Painter): Speaker {
  async function compose(place: ThreadPlace, key: string, reply: Reply): Promise<Message> {
    switch (reply.kind) {
      case 'text':
        return { text: plainText(reply.text), blocks: [section(reply.text)] };
      case 'profile':
        return profileCard(reply, place.id, await uploads.blocks(place, key, await painter.profile(reply)));
      case 'questions':
        return questionsCard(reply, place.id);
      case 'variants':
        return variantsCard(await uploads.blocks(place, key, await painter.variants(reply)));
      case 'choice':
        return choiceCard(reply, place.id);
      case 'answer':
        return answerCard(reply.title, await uploads.blocks(place, key, await painter.answer(reply)));
      case 'project': {
        const { name, files } = reply;
        const zip = { fileName: `${name}.zip`, title: name, bytes: await zipOf(name, files) };
        await uploads.share(place, key, [zip]);
        return projectCard(reply);
      }
      case 'plan':
        return planCard(reply.record);
      case 'run':
        return runCard(reply.run, reply.record, null);
      case 'files':
        await uploads.share(place, key, reply.files);
        return { text: reply.text, blocks: [section(prose(reply.text))] };
      case 'claim':
        return claimCard(reply.check, await uploads.blocks(place, key, await painter.claim(reply.check)));
      case 'report':
        return reportCard(
          reply.report,
          place.id,
          await uploads.blocks(place, key, await painter.report(reply.report)),
        );
      case 'chapter': {
        const told = CHAPTERS[reply.chapter].tell(reply.source);
        if ('absent' in told) return { text: told.absent, blocks: [section(prose(told.absent))] };
        const pictures = await uploads.blocks(place, key, await painter.chapter(reply));
        return chapterCard(told, reply.source.report, pictures);
      }
    }
  }

  function keyOf(place: ThreadPlace, key: string, index: number, reply: Reply): string {
    if (reply.kind === 'plan') return postKeys.plan(reply.record.id);
    if (reply.kind === 'run') return postKeys.run(reply.run.id);
    return `${place.id}/${key}/${index}`;
  }

  return {
    async say(place, key, replies) {
      for (const [index, reply] of replies.entries()) {
        if (reply.kind === 'text' && reply.isSaid) continue;
        const postKey = keyOf(place, key, index, reply);
        await outbox.post(place, postKey, await compose(place, postKey, reply));
        const file = reply.kind === 'chapter' ? chapterFile(reply) : null;
        if (file) {
          const { fileName, title, text } = file;
          await uploads.share(place, postKey, [{ fileName, title, bytes: Buffer.from(text) }]);
        }
      }
    },
  };
}
