/** The list of results. Writes text only, never HTML: the notes may hold anything. */
import type { ProviderInfo } from 'inpage-embeddings';
import { findElement } from './find-element.js';
import type { Match } from './passage-index.js';
import type { SearchAnswer } from './searcher.js';

const list = findElement('results', HTMLOListElement);

/** Shows an answer's matches, nearest first; no answer empties the list. */
export function showResults(answer: SearchAnswer | undefined): void {
  const focused = focusedResult();
  const matches = answer?.matches ?? [];
  const device = answer?.provider.device?.toUpperCase() ?? '';
  list.replaceChildren(...matches.map((match, position) => createResult(match, device, position)));
  // Results that came anew while one had the focus would send the keyboard back to the top of the page.
  if (focused >= 0) focusResult(Math.min(focused, matches.length - 1));
}

/** Who computed an answer, over how many passages, and how long it took. */
export function describeAnswer({ matches, provider, elapsedMs }: SearchAnswer, size: number): string {
  const took = elapsedMs < 10 ? elapsedMs.toFixed(1) : elapsedMs.toFixed(0);
  return `Nearest ${matches.length} of ${size} passages · ${describeProvider(provider)} · ${took} ms`;
}

/** Moves the focus among the results. False when the step leaves the list at its top. */
export function stepResult(step: 'first' | 'last' | 'next' | 'previous'): boolean {
  const current = focusedResult();
  const last = results().length - 1;
  return focusResult({ first: 0, last, next: Math.min(current + 1, last), previous: current - 1 }[step]);
}

/** Whether a result has the focus. */
export function hasFocusedResult(): boolean {
  return focusedResult() >= 0;
}

function describeProvider({ device, dtype }: ProviderInfo): string {
  return ['this device', device?.toUpperCase(), dtype].filter(Boolean).join(' · ');
}

function focusedResult(): number {
  return results().findIndex((item) => item === document.activeElement);
}

/** False when there is no such result. */
function focusResult(position: number): boolean {
  const items = results();
  const item = items[position];
  if (!item) return false;
  // One stop for the Tab key: where the arrow keys have been.
  for (const other of items) other.tabIndex = other === item ? 0 : -1;
  item.focus();
  return true;
}

function results(): HTMLElement[] {
  return [...list.querySelectorAll('li')];
}

function createResult({ passage, score }: Match, device: string, position: number): HTMLElement {
  const item = document.createElement('li');
  item.tabIndex = position === 0 ? 0 : -1;
  item.append(
    createElement('h3', '', passage.title),
    createScore(score, device),
    createElement('p', 'passage', passage.text),
  );
  return item;
}

function createScore(score: number, device: string): HTMLElement {
  const element = createElement('p', 'score', '');
  const bar = createElement('span', 'bar', '');
  bar.style.setProperty('--score', Math.max(0, score).toFixed(3));
  element.append(bar, createElement('span', 'visually-hidden', 'Similarity '), `${score.toFixed(2)} · ${device}`);
  return element;
}

function createElement(name: string, className: string, text: string): HTMLElement {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}
