/** The last part of a tokenizer: the special tokens around a text's own. */
import { UnknownPartError } from './unknown-part.js';

/** Ids before and behind a text's own. */
export interface Frame {
  readonly before: readonly number[];
  readonly behind: readonly number[];
}

/** A post-processor in tokenizer.json: what the kinds known here have. */
export interface FrameFile {
  readonly type: string;
  readonly processors?: readonly FrameFile[];
  readonly cls?: readonly [token: string, id: number];
  readonly sep?: readonly [token: string, id: number];
  /** The parts for one text; with two texts it is never used here. */
  readonly single?: readonly TemplatePart[];
  readonly special_tokens?: Readonly<Record<string, { readonly ids: readonly number[] }>>;
}

interface TemplatePart {
  readonly Sequence?: object;
  readonly SpecialToken?: { readonly id: string };
}

const NONE: Frame = { before: [], behind: [] };

/**
 * By the part of tokenizer.json.
 *
 * @throws UnknownPartError for a kind that isn't known here; Error for parts that don't give a text once.
 *
 * Source: Rust's tokenizers, `processors`.
 */
export function createFrame(file: FrameFile): Frame {
  const { type, cls, sep } = file;
  if (type === 'ByteLevel') return NONE;
  if (type === 'Sequence') return chain(file.processors ?? []);
  if (type === 'TemplateProcessing') return readTemplate(file);
  if (type !== 'BertProcessing' && type !== 'RobertaProcessing') throw new UnknownPartError('post_processor', type);
  return { before: cls ? [cls[1]] : [], behind: sep ? [sep[1]] : [] };
}

/** Rust takes what a template made for several texts. */
function chain(parts: readonly FrameFile[]): Frame {
  const first = parts.findIndex((part) => part.type === 'TemplateProcessing');
  const behind = first < 0 ? undefined : parts.slice(first + 1).find((part) => part.type !== 'ByteLevel');
  if (behind) throw new Error(`it has a post_processor '${behind.type}' behind a 'TemplateProcessing'`);
  return parts.map(createFrame).reduce(wrap, NONE);
}

function wrap(inner: Frame, outer: Frame): Frame {
  return { before: [...outer.before, ...inner.before], behind: [...inner.behind, ...outer.behind] };
}

function readTemplate({ single = [], special_tokens: tokens = {} }: FrameFile): Frame {
  const place = single.findIndex((part) => part.Sequence !== undefined);
  if (single.filter((part) => part.Sequence !== undefined).length !== 1) {
    throw new Error("its post_processor 'TemplateProcessing' doesn't have the text once");
  }
  const read = (parts: readonly TemplatePart[]): number[] =>
    parts.flatMap(({ SpecialToken: token }) => (token ? (tokens[token.id]?.ids ?? []) : []));
  return { before: read(single.slice(0, place)), behind: read(single.slice(place + 1)) };
}
