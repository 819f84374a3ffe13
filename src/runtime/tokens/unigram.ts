/**
 * A Unigram model's division of a text: the pieces whose scores add up to most. The library finds the same with an object
 * for every piece that could be, and takes seconds and hundreds of megabytes for what here takes a tenth of it.
 */

/** What is read of the library's model. */
export interface UnigramModel {
  /** By id. */
  readonly scores: readonly number[];
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  readonly trie: { readonly root: Node };
  readonly unk_score: number;
}

/** A place in the trie of pieces. */
interface Node {
  readonly is_leaf: boolean;
  readonly children: ReadonlyMap<string, Node>;
}

/** Sums of float64 that differ by more than this share are not equal after one more addition. */
const FAR = 1e-12;

/**
 * The pieces of every text, in order; what the vocabulary lacks is a piece a character.
 *
 * Scores are added up from the start and of equal sums the first is taken, as the library does, so that rounding decides
 * alike.
 * Source: Kudo, "Subword Regularization", 2018, section 3.2; Viterbi, 1967.
 */
export function createDivider(model: UnigramModel): (text: string) => string[] {
  const scoreOf = rememberScores(model);
  const largestScore = model.scores.reduce((most, score) => Math.max(most, Math.abs(score)), Math.abs(model.unk_score));
  return (text) => {
    const characters = Array.from(text);
    const ways = new Ways(largestScore);
    for (const start of characters.keys()) {
      ways.begin(start);
      let node: Node | undefined = model.trie.root;
      let hasOne = false;
      for (let end = start; end < characters.length; end++) {
        node = node.children.get(characters[end] ?? '');
        if (!node) break;
        if (!node.is_leaf) continue;
        hasOne ||= end === start;
        ways.add(end + 1, scoreOf(node, characters, start, end + 1));
      }
      if (!hasOne) ways.add(start + 1, model.unk_score);
    }
    return ways.trace(characters);
  };
}

/** A piece's score, looked up by its text only once. */
function rememberScores({
  scores,
  tokens_to_ids: ids,
}: UnigramModel): (node: Node, characters: readonly string[], start: number, end: number) => number {
  const known = new Map<Node, number>();
  return (node, characters, start, end) => {
    let score = known.get(node);
    if (score === undefined) {
      score = scores[ids.get(characters.slice(start, end).join('')) ?? -1] ?? Number.NaN;
      known.set(node, score);
    }
    return score;
  };
}

/** Every piece that could be, with the best way that leads to it. Pieces are added by where they start. */
class Ways {
  readonly #starts: number[] = [];
  /** Of the best way up to a piece, the piece included. */
  readonly #sums: number[] = [];
  /** The piece before it on that way; -1 where it is the first. */
  readonly #before: number[] = [];
  readonly #largestScore: number;
  /** By where pieces end: those that do, as long as others may follow them. */
  readonly #ending = new Map<number, number[]>();
  #start = 0;
  #candidates: readonly number[] = [];

  constructor(largestScore: number) {
    this.#largestScore = largestScore;
  }

  /** Pieces that are added from here on start at `start`. */
  begin(start: number): void {
    const ending = this.#ending.get(start) ?? [];
    this.#ending.delete(start);
    this.#start = start;
    this.#candidates = ending.length > 1 ? this.#leaveOutWorse(ending) : ending;
  }

  add(end: number, score: number): void {
    const [before, sum] = this.#choose(score);
    const ending = this.#ending.get(end);
    if (ending) ending.push(this.#starts.length);
    else this.#ending.set(end, [this.#starts.length]);
    this.#starts.push(this.#start);
    this.#sums.push(sum);
    this.#before.push(before);
  }

  /** The pieces of the best way to the end. */
  trace(characters: readonly string[]): string[] {
    this.begin(characters.length);
    const pieces: string[] = [];
    let end = characters.length;
    for (let [piece] = this.#choose(0); piece >= 0; piece = this.#before[piece] ?? -1) {
      const start = this.#starts[piece] ?? 0;
      pieces.push(end === start + 1 ? (characters[start] ?? '') : characters.slice(start, end).join(''));
      end = start;
    }
    return pieces.reverse();
  }

  /** Those that no rounding can make equal to the best one. Runs of one character have a piece of every length. */
  #leaveOutWorse(ending: readonly number[]): readonly number[] {
    const sums = ending.map((piece) => this.#sums[piece] ?? 0);
    const best = sums.reduce((most, sum) => (sum > most ? sum : most));
    const least = best - (Math.abs(best) + this.#largestScore) * FAR;
    return ending.filter((_, index) => !((sums[index] ?? 0) < least));
  }

  /** Compared are sums with the score, which rounding may have made equal. */
  #choose(score: number): [before: number, sum: number] {
    let best = -1;
    let most = score;
    for (const candidate of this.#candidates) {
      const sum = (this.#sums[candidate] ?? 0) + score;
      if (best >= 0 && !(sum > most)) continue;
      best = candidate;
      most = sum;
    }
    return [best, most];
  }
}
