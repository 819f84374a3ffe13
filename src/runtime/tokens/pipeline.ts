/** A tokenizer of tokenizer.json: added tokens, normalizer, pre-tokenizer, model, post-processor, in that order. */
import { AddedTokens, numberTokens, type AddedTokenFile } from './added-tokens.js';
import { alignText } from './align-text.js';
import { createFrame, type Frame, type FrameFile } from './frame.js';
import { createBpe, type BpeFile } from './model/bpe.js';
import type { Spans, TokenModel } from './model/model.js';
import { createUnigram, type UnigramFile } from './model/unigram.js';
import { createWordLevel, createWordPiece, type WordLevelFile, type WordPieceFile } from './model/word-piece.js';
import { listSteps } from './normalize/normalize.js';
import type { NormalizerFile, NormalizeStep } from './normalize/normalizer-file.js';
import { createSplit, marksFirst } from './split/split.js';
import type { Emit, Split, SplitFile } from './split/split-file.js';
import { countFirst } from './text-start.js';
import { UnknownPartError } from './unknown-part.js';

/** What is read of a tokenizer.json. Its truncation and padding aren't: texts are cut by this library. */
export interface TokenizerFile {
  readonly added_tokens?: readonly AddedTokenFile[];
  readonly normalizer?: NormalizerFile | null;
  readonly pre_tokenizer?: SplitFile | null;
  readonly model: ModelFile;
  readonly post_processor?: FrameFile | null;
}

/** A model in tokenizer.json. Files of some years ago don't name its kind. */
export type ModelFile = { readonly type?: string } & Partial<BpeFile & WordPieceFile & WordLevelFile> &
  Partial<Pick<UnigramFile, 'unk_id'>> & { readonly vocab: unknown };

/** Kinds → what makes them. */
const MODELS: Readonly<Record<string, (file: never) => TokenModel>> = {
  BPE: createBpe,
  Unigram: createUnigram,
  WordLevel: createWordLevel,
  WordPiece: createWordPiece,
};

/** Texts to ids, exactly as Rust's tokenizers makes them. */
export class TokenPipeline {
  readonly model: TokenModel;
  readonly frame: Frame;
  readonly #plain: AddedTokens;
  readonly #normalized: AddedTokens;
  readonly #added: ReadonlyMap<string, number>;
  readonly #steps: readonly NormalizeStep[];
  readonly #split: Split | undefined;
  /** The same with places, made when they are first asked for. */
  #placedSplit: Split | undefined;
  /** Apart from the rest of the file: a large vocabulary mustn't stay in memory as JSON. */
  readonly #splitFile: SplitFile | undefined;
  /** Whether a text's first piece is divided otherwise than those behind it. */
  readonly #marksFirst: boolean;

  /** @throws UnknownPartError for a kind of part that isn't known here; Error for what can't be read. */
  constructor(file: TokenizerFile) {
    this.#steps = file.normalizer ? listSteps(file.normalizer) : [];
    this.#splitFile = file.pre_tokenizer ?? undefined;
    this.#split = this.#splitFile && createSplit(this.#splitFile, { hasPlaces: false });
    this.#marksFirst = this.#splitFile !== undefined && marksFirst(this.#splitFile);
    this.frame = file.post_processor ? createFrame(file.post_processor) : { before: [], behind: [] };
    this.model = createModel(file.model);
    const { vocab } = file.model;
    const added = numberTokens(
      file.added_tokens ?? [],
      (token) => this.model.idOf(token),
      () => Object.keys(vocab as object).length,
    );
    this.#added = new Map(added.map(({ content, id }) => [content, id]));
    this.#plain = new AddedTokens(
      added.filter(({ normalized }) => normalized !== true),
      ({ content }) => content,
    );
    this.#normalized = new AddedTokens(
      added.filter(({ normalized }) => normalized === true),
      ({ content }) => this.normalize(content),
    );
  }

  /** The id of a token, special or not; undefined where there is none. */
  idOf(token: string): number | undefined {
    return this.#added.get(token) ?? this.model.idOf(token);
  }

  /** Whether texts have another form than they are written in. */
  get hasNormalizer(): boolean {
    return this.#steps.length > 0;
  }

  /** A text's form that its pieces are of. */
  normalize(text: string): string {
    return this.#steps.reduce((normal, step) => step.normalize(normal), text);
  }

  /**
   * A text's ids, with the special ones around them. Halves of characters outside of the first 65,536 are U+FFFD.
   *
   * @throws MissingUnknownError as {@link TokenModel.encode}.
   */
  encode(text: string): number[] {
    const ids = [...this.frame.before];
    this.#plain.split(text, (from, to, id) => {
      if (id === undefined) this.#encodeSection(text.slice(from, to), from, ids);
      else ids.push(id);
    });
    for (const id of this.frame.behind) ids.push(id);
    return ids;
  }

  /**
   * As {@link encode}, with where each token is in the text, in UTF-16 units: `ranges` has two numbers a token, its start and
   * its end. A special token around the text has an empty range where it stands.
   */
  encodeWithRanges(text: string): { ids: number[]; ranges: number[] } {
    const { before, behind } = this.frame;
    const ids = [...before];
    const ranges = before.flatMap(() => [0, 0]);
    this.#plain.split(text, (from, to, id) => {
      if (id === undefined) this.#findRanges(text.slice(from, to), from, ids, ranges);
      else {
        ids.push(id);
        ranges.push(from, to);
      }
    });
    for (const id of behind) {
      ids.push(id);
      ranges.push(text.length, text.length);
    }
    return { ids, ranges };
  }

  /** What a section's start is to pre-tokenizers: 0 or less as far as the text's first character goes. */
  #findStart(text: string, start: number): number {
    return start > 0 || !this.#marksFirst || this.#steps.length === 0 ? start : 1 - countFirst(text, this.#steps);
  }

  #findRanges(text: string, start: number, ids: number[], ranges: number[]): void {
    const { normal, places } = alignText(text, this.#steps);
    const first = this.#findStart(text, start);
    this.#placedSplit ??= this.#splitFile && createSplit(this.#splitFile, { hasPlaces: true });
    const split = this.#placedSplit;
    const add = (id: number, from: number, to: number): void => {
      ids.push(id);
      const begin = places.startOf(from);
      ranges.push(start + begin, start + Math.max(begin, places.endOf(to)));
    };
    this.#normalized.split(normal, (from, to, id) => {
      if (id !== undefined) {
        add(id, from, to);
        return;
      }
      const encode: Emit = (piece, place, own) => {
        const base = place - first;
        const made: number[] = [];
        const spans: Spans = [];
        this.model.encode(piece, made, spans);
        for (const [index, token] of made.entries()) {
          const [begin = 0, end = 0] = [spans[2 * index], spans[2 * index + 1]];
          add(
            token,
            own ? (own.starts[begin] ?? first) - first : base + begin,
            own ? (own.ends[end - 1] ?? first) - first : base + end,
          );
        }
      };
      if (split) split(normal.slice(from, to), first + from, encode);
      else encode(normal.slice(from, to), first + from);
    });
  }

  #encodeSection(text: string, start: number, ids: number[]): void {
    const normal = this.normalize(text);
    const first = this.#findStart(text, start);
    const encode = (piece: string): void => {
      this.model.encode(piece, ids);
    };
    this.#normalized.split(normal, (from, to, id) => {
      if (id !== undefined) ids.push(id);
      else if (this.#split) this.#split(normal.slice(from, to), first + from, encode);
      else encode(normal.slice(from, to));
    });
  }
}

/** Files of before Rust's tokenizers 0.10 don't say the kind, but each has fields of its own. */
function createModel(file: ModelFile): TokenModel {
  const kind = file.type ?? guessKind(file);
  const make = Object.hasOwn(MODELS, kind) ? MODELS[kind] : undefined;
  if (!make) throw new UnknownPartError('model', kind);
  return make(file as never);
}

function guessKind(file: ModelFile): string {
  if (file.merges) return 'BPE';
  if (Array.isArray(file.vocab)) return 'Unigram';
  return file.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece';
}
