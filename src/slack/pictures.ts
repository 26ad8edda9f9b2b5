/** Pictures into Slack: uploaded once, used in a message only after Slack has processed them. */
import type { ImageBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Picture } from '../report/charts/picture.ts';
import type { ThreadPlace } from '../thread/events.ts';
import type { SharedFile } from '../thread/reply.ts';
import { clip, LIMITS } from './limits.ts';

/** Where uploads are written down. */
export interface UploadLedger {
  uploaded(key: string, fileId: string): Promise<void>;
  findUpload(key: string): Promise<string | null>;
}

/** How long Slack is given for a picture; after `patienceMs` it is shared as a file of its own instead of inside the
 *  message. */
export interface PictureTiming {
  readonly pollMs: number;
  readonly patienceMs: number;
}
const USUAL_TIMING: PictureTiming = { pollMs: 250, patienceMs: 15_000 };

export class PictureUploads {
  readonly #client: WebClient;
  readonly #ledger: UploadLedger;
  readonly #timing: PictureTiming;

  constructor(client: WebClient, ledger: UploadLedger, timing: PictureTiming = USUAL_TIMING) {
    this.#client = client;
    this.#ledger = ledger;
    this.#timing = timing;
  }

  /** Image blocks for the pictures, in order. One that Slack does not finish processing in time is shared in the
   *  thread as a file and left out of the blocks. */
  async blocks(place: ThreadPlace, key: string, pictures: readonly Picture[]): Promise<ImageBlock[]> {
    const blocks = await Promise.all(
      pictures.map((picture, i) => this.#block(place, `${key}-${i}`, picture)),
    );
    return blocks.filter((block) => block !== null);
  }

  async #block(place: ThreadPlace, key: string, picture: Picture): Promise<ImageBlock | null> {
    const fileId = await this.#upload(key, picture);
    if (!(await this.#isProcessed(fileId))) {
      // A completed upload cannot be shared afterwards, so the bytes travel once more, this time into the thread.
      await this.#upload(`${key}-shared`, picture, { channel_id: place.channel, thread_ts: place.rootTs });
      return null;
    }
    return {
      type: 'image',
      slack_file: { id: fileId },
      alt_text: clip(picture.altText, LIMITS.altText),
      title: { type: 'plain_text', text: clip(picture.title, LIMITS.imageTitle), emoji: false },
    };
  }

  /** Shares files in the thread, each once. */
  async share(place: ThreadPlace, key: string, files: readonly SharedFile[]): Promise<void> {
    const destination = { channel_id: place.channel, thread_ts: place.rootTs };
    for (const [i, { fileName, title, bytes }] of files.entries()) {
      const upload = { file: Buffer.from(bytes), filename: fileName, title };
      await this.#send(`${key}-file-${i}`, { ...upload, ...destination });
    }
  }

  async #upload(
    key: string,
    picture: Picture,
    destination?: { channel_id: string; thread_ts: string },
  ): Promise<string> {
    const upload = {
      file: picture.png,
      filename: picture.fileName,
      title: picture.title,
      alt_text: clip(picture.altText, LIMITS.altText),
    };
    return this.#send(key, destination ? { ...upload, ...destination } : upload);
  }

  async #send(key: string, upload: Parameters<WebClient['filesUploadV2']>[0]): Promise<string> {
    const known = await this.#ledger.findUpload(key);
    if (known) return known;
    const response = await this.#client.filesUploadV2(upload);
    const fileId = response.files[0]?.files?.[0]?.id;
    if (!fileId) throw new Error('Slack returned no id for an uploaded file');
    await this.#ledger.uploaded(key, fileId);
    return fileId;
  }

  async #isProcessed(fileId: string): Promise<boolean> {
    const deadline = Date.now() + this.#timing.patienceMs;
    while (Date.now() < deadline) {
      const { file } = await this.#client.files.info({ file: fileId });
      if (file?.mimetype) return true;
      await new Promise((resolve) => setTimeout(resolve, this.#timing.pollMs));
    }
    return false;
  }
}
