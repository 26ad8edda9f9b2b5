/** worker_threads entry: draws pictures away from the event loop that answers people. */

import { replyWith, type ThreadReply } from '../src/errors/thread-reply.ts';
import type { ImageProfile, Profile, TargetProfile } from '../src/profile/profile.ts';
import type { ChapterName, ChapterSource } from '../src/report/chapters/chapter.ts';
import { drawChapter } from '../src/report/charts/draw-chapter.ts';
import { drawReport } from '../src/report/charts/draw-report.ts';
import { drawPicture, type Picture } from '../src/report/charts/picture.ts';
import { drawProfile } from '../src/report/charts/profile-picture.ts';
import { variantsPicture } from '../src/report/charts/variants-picture.ts';
import type { Report } from '../src/report/report.ts';

export type PictureTask =
  | {
      readonly kind: 'profile';
      readonly name: string;
      readonly profile: Profile;
      readonly target: TargetProfile | null;
    }
  | { readonly kind: 'variants'; readonly images: ImageProfile; readonly labels: readonly string[] }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'chapter'; readonly chapter: ChapterName; readonly source: ChapterSource };

export default function draw(task: PictureTask): Promise<ThreadReply<Picture[]>> {
  return replyWith(async () => {
    switch (task.kind) {
      case 'profile':
        return [await drawProfile(task.profile, task.target, task.name)];
      case 'variants':
        return [await drawPicture(variantsPicture(task.images, task.labels))];
      case 'report':
        return drawReport(task.report);
      case 'chapter':
        return drawChapter(task.chapter, task.source);
    }
  });
}
