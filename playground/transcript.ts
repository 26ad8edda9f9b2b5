/** What was said in the workspace, as lines while it happens and as files in the end. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Driver } from './driver.ts';
import type { Block, WireMessage } from './server/types.ts';

export class Transcript {
  readonly #driver: Driver;
  readonly #print: (line: string) => void;
  readonly #startedMs = Date.now();
  /** The last text printed of each message. */
  readonly #shown = new Map<string, string>();

  constructor(driver: Driver, print: (line: string) => void) {
    this.#driver = driver;
    this.#print = print;
    driver.on('change', (change) => {
      if (change.type === 'message') this.#show(change.message);
      if (change.type === 'ephemeral') {
        const { user_seeing: reader, text } = change.message;
        this.#line(`Modelwright, to ${this.#nameOf(reader)} only`, text);
      }
    });
  }

  #show(message: WireMessage): void {
    const key = `${message.channel}/${message.ts}`;
    const before = this.#shown.get(key);
    const files = (message.files ?? []).map((file) => `[${file.name}]`);
    const pictures = imageBlocks(message).map((block) => `[picture: ${block.title?.text ?? ''}]`);
    const text = [message.text, ...files, ...pictures].filter((part) => part !== '').join(' ');
    if (before === text) return;
    this.#shown.set(key, text);
    this.#line(`${this.#nameOf(message.user ?? '')}${before === undefined ? '' : ' (changed)'}`, text);
  }

  #line(who: string, text: string): void {
    const seconds = ((Date.now() - this.#startedMs) / 1000).toFixed(1).padStart(5);
    // Slack's texts hold these three escaped.
    const said = text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
    this.#print(`${seconds}s  ${who}: ${said.replace(/\s*\n\s*/g, '\n        ')}`);
  }

  #nameOf(user: string): string {
    return this.#driver.userName(user);
  }

  /** Saves the thread as JSON and every picture in it. @returns the paths. */
  async save(channel: string, thread: string, directory: string): Promise<string[]> {
    const messages = this.#driver.messages({ channel, thread });
    const transcriptPath = join(directory, 'transcript.json');
    await writeFile(transcriptPath, `${JSON.stringify(messages, null, 2)}\n`);
    const paths = [transcriptPath];
    for (const message of messages) {
      for (const block of imageBlocks(message)) {
        const id = block.slack_file?.id;
        if (!id) continue;
        const path = join(directory, this.#driver.file(id).name);
        await writeFile(path, await this.#driver.fileBytes(id));
        paths.push(path);
      }
    }
    return paths;
  }
}

interface ImageBlock extends Block {
  readonly slack_file?: { readonly id?: string };
  readonly title?: { readonly text: string };
}

function imageBlocks(message: WireMessage): ImageBlock[] {
  return ((message.blocks ?? []) as Block[]).filter((block) => block.type === 'image') as ImageBlock[];
}
