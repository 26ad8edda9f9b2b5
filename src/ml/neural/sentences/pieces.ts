/** Texts as pieces of words: of all ways to cut a text into known pieces, the most probable one (Kudo 2018, the unigram
 *  model of SentencePiece). */
import type { SentenceModel } from './model.ts';

/** Characters of a text that are looked at: its first 128 pieces seldom reach further than 500. */
const MAX_CHARACTERS = 2048;
/** The encoder was trained on texts of up to so many pieces. */
export const MAX_PIECES = 128;
/** Not pieces of texts: unknown, the beginning and the end of a sentence, and three without a use. */
const RESERVED = 6;
const BLANK = '\u2581';
const UNKNOWN = 0;

interface Node {
  readonly children: Map<string, Node>;
  /** -1 where no piece ends. */
  piece: number;
}

export interface PieceCutter {
  /** At most 128 pieces; none for an empty text. Unknown characters in a row are one piece. O(characters × length of the
   *  longest piece). */
  cut(text: string): number[];
}

/** Cuts as the tokenizer that the model was published with (Universal Sentence Encoder for TensorFlow.js). There a sum of
 *  exactly 0 counts as none yet, which decides between an unknown character and others at the beginning of a text. */
export function createPieceCutter({ pieces, scores }: Pick<SentenceModel, 'pieces' | 'scores'>): PieceCutter {
  const root: Node = { children: new Map(), piece: -1 };
  for (let piece = RESERVED; piece < pieces.length; piece++) {
    let node = root;
    for (const character of pieces[piece] as string) {
      let next = node.children.get(character);
      if (!next) {
        next = { children: new Map(), piece: -1 };
        node.children.set(character, next);
      }
      node = next;
    }
    node.piece = piece;
  }
  return { cut: (text) => bestPieces(root, scores, charactersOf(text)) };
}

function charactersOf(text: string): string[] {
  const normal = text.slice(0, MAX_CHARACTERS).normalize('NFKC');
  return normal.length === 0 ? [] : [...`${BLANK}${normal.replaceAll(' ', BLANK)}`];
}

function bestPieces(root: Node, scores: Float64Array, characters: readonly string[]): number[] {
  const n = characters.length;
  const best = new Float64Array(n + 1);
  const piece = new Int32Array(n + 1); // UNKNOWN where nothing ends
  const start = Int32Array.from({ length: n + 1 }, (_, end) => end - 1);
  const offer = (from: number, to: number, found: number, score: number) => {
    const total = score + (best[from] as number);
    if (best[to] !== 0 && total < (best[to] as number)) return;
    best[to] = total;
    piece[to] = found;
    start[to] = from;
  };
  for (let from = 0; from < n; from++) {
    let isKnown = false;
    let node = root.children.get(characters[from] as string);
    for (let to = from + 1; node; to++) {
      if (node.piece >= 0) {
        isKnown = true;
        offer(from, to, node.piece, scores[node.piece] as number);
      }
      node = to < n ? node.children.get(characters[to] as string) : undefined;
    }
    if (!isKnown) offer(from, from + 1, UNKNOWN, 0);
  }
  const found: number[] = [];
  for (let end = n; end > 0; end = start[end] as number) {
    const isAnotherUnknown = piece[end] === UNKNOWN && found.at(-1) === UNKNOWN;
    if (!isAnotherUnknown) found.push(piece[end] as number);
  }
  return found.reverse().slice(0, MAX_PIECES);
}
