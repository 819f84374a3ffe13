/** Cuts notes into passages. Pure: knows neither the page nor the model. */
import type { Note, Passage } from './note.js';

/** The bundled model reads 128 tokens; English has about four characters a token, and the title goes along. */
const LONGEST_CHARACTERS = 420;
const LONGEST_TITLE = 60;

/** Where to cut a text that is too long, the best places first. */
const GRANULARITIES = ['sentence', 'word', 'grapheme'] as const;

const HEADING = /^#{1,6}\s+/;

/** A note's passages: its paragraphs, long ones cut between sentences. Empty for a text without content. */
export function splitPassages({ title, text }: Note): Passage[] {
  return splitParagraphs(text)
    .flatMap((paragraph) => splitLong(paragraph))
    .map((passage) => ({ title, text: passage }));
}

/** The first line, which is what people begin a note with. */
export function findTitle(text: string): string {
  const line = text.trim().split('\n', 1)[0]?.replace(HEADING, '').trim() ?? '';
  if (line.length <= LONGEST_TITLE) return line;
  return `${line.slice(0, LONGEST_TITLE).replace(/\s+\S*$/, '')} …`;
}

/** A heading says little alone, so it goes in front of what follows it. */
function splitParagraphs(text: string): string[] {
  const paragraphs: string[] = [];
  let heading = '';
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n\s*\n/)) {
    const paragraph = block.trim();
    if (paragraph === '') continue;
    const isHeading = HEADING.test(paragraph) && !paragraph.includes('\n');
    const plain = paragraph.replace(new RegExp(HEADING, 'gm'), '');
    if (isHeading) heading += `${plain}\n`;
    else {
      paragraphs.push(heading + plain);
      heading = '';
    }
  }
  if (heading !== '') paragraphs.push(heading.trim());
  return paragraphs;
}

/** Pieces under the limit, as long as they can be, cut at the coarsest place that serves. */
function splitLong(text: string, level = 0): string[] {
  const granularity = GRANULARITIES[level];
  if (text.length <= LONGEST_CHARACTERS || granularity === undefined) return [text];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity }).segment(text)) {
    if (piece.length + segment.length > LONGEST_CHARACTERS) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => splitLong(part, level + 1));
}
