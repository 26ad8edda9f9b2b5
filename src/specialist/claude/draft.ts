/** The answer on its way out: cut into sentences, made safe, each checked for its numbers, and said as soon as it holds.
 *  The first sentence that does not hold keeps back everything after it, so that the model can say it better; what does
 *  not hold the second time is left out. */
import type { Voice } from '../../thread/voice.ts';
import type { Sources } from './grounding.ts';
import { tellsInstructions } from './persona.ts';
import { piecesOf, safeMarkdown } from './safe-markdown.ts';

export class Draft {
  readonly #voice: Voice;
  readonly #sources: Sources;
  #open = '';
  #held: string[] = [];
  #said = '';
  #saying: Promise<void> = Promise.resolve();
  /** How many sentences were left out for good. */
  dropped = 0;
  /** Whether sentences that do not hold are left out at once. */
  isStrict = false;

  constructor(voice: Voice, sources: Sources) {
    this.#voice = voice;
    this.#sources = sources;
  }

  /** Everything said so far, in safe Markdown. */
  get said(): string {
    return this.#said;
  }

  /** The next characters from the model. */
  write(text: string): void {
    this.#open += text;
    const pieces = piecesOf(this.#open);
    // The last piece may still grow.
    this.#open = pieces.pop() ?? '';
    for (const piece of pieces) this.#take(piece);
  }

  /** The model has said all of this message. @returns what does not hold, with its numbers. */
  async close(): Promise<{ sentence: string; numbers: string[] }[]> {
    const last = this.#open;
    this.#open = '';
    if (last.trim() !== '') this.#take(last);
    await this.#saying;
    return this.#held.flatMap((piece) => {
      const numbers = this.#sources.unsourced(piece);
      return numbers.length > 0 ? [{ sentence: piece.trim(), numbers }] : [];
    });
  }

  /** What was kept back is forgotten, because it is said anew. */
  forgetHeld(): void {
    this.#held = [];
  }

  /** The line was cut: what was not said yet comes again. */
  forgetUnsaid(): void {
    this.#open = '';
    this.#held = [];
  }

  /** The answer ends here, wherever that is. A word that is not whole stays unsaid: half a number is another one. */
  async breakOff(): Promise<void> {
    this.#open = this.#open.replace(/\S*$/, '');
    await this.close();
    await this.releaseHeld();
  }

  /** What was kept back is said, but for the sentences that do not hold. */
  async releaseHeld(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    for (const piece of held) {
      if (this.#sources.unsourced(piece).length > 0) this.dropped++;
      else this.#say(piece);
    }
    await this.#saying;
  }

  /** A sentence of ours. */
  async add(sentence: string): Promise<void> {
    this.#say(sentence);
    await this.#saying;
  }

  /** What follows begins a paragraph of its own. */
  breakParagraph(): void {
    if (this.#said !== '' && !this.#said.endsWith('\n\n'))
      this.#say(this.#said.endsWith('\n') ? '\n' : '\n\n');
  }

  #take(piece: string): void {
    const safe = safeMarkdown(piece);
    if (safe === '' || tellsInstructions(safe)) return;
    if (this.isStrict) {
      if (this.#sources.unsourced(safe).length > 0) this.dropped++;
      else this.#say(safe);
    } else if (this.#held.length > 0 || this.#sources.unsourced(safe).length > 0) {
      this.#held.push(safe);
    } else {
      this.#say(safe);
    }
  }

  #say(piece: string): void {
    this.#said += piece;
    this.#saying = this.#saying.then(() => this.#voice.say(piece));
  }
}
