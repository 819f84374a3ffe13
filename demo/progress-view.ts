/** The panel that says what the page is busy with, and the one that says what went wrong. */
import type { ModelProgressEvent } from 'inpage-embeddings';
import { explainError } from './explain-error.js';
import { findElement } from './find-element.js';
import type { IndexerState } from './indexer.js';

const panel = findElement('progress-panel', HTMLDivElement);
const label = findElement('progress-label', HTMLParagraphElement);
const count = findElement('progress-count', HTMLParagraphElement);
const bar = findElement('progress', HTMLProgressElement);
const hint = findElement('progress-hint', HTMLParagraphElement);
const cancel = findElement('cancel', HTMLButtonElement);
const resume = findElement('continue', HTMLButtonElement);
const errorPanel = findElement('error-panel', HTMLDivElement);

/** Shows how far loading or indexing is, or nothing when there is nothing to do. */
export function showProgress(state: IndexerState, model: ModelProgressEvent | undefined): void {
  if (state.phase === 'idle' || state.phase === 'failed') {
    hidePanel();
    return;
  }
  panel.hidden = false;
  const isStopped = state.phase === 'stopped';
  moveFocus(isStopped ? cancel : resume, isStopped ? resume : cancel);
  if (isStopped) {
    write('Indexing stopped', `${state.done} of ${state.total} passages`, 'What is indexed can be searched.');
    setBar(state.done, state.total);
  } else if (model?.phase === 'ready') {
    write('Indexing your notes', `${state.done} of ${state.total} passages`, 'You can search meanwhile.');
    setBar(state.done, state.total);
  } else showLoading(model);
}

/** Says what went wrong in plain words; without an error, nothing. */
export function showError(error: unknown): void {
  errorPanel.hidden = error === undefined;
  if (error === undefined) return;
  const { title, advice, code } = explainError(error);
  findElement('error-title', HTMLParagraphElement).textContent = title;
  findElement('error-advice', HTMLParagraphElement).textContent = advice;
  findElement('error-code', HTMLElement).textContent = code;
}

function hidePanel(): void {
  const hadFocus = panel.contains(document.activeElement);
  panel.hidden = true;
  if (hadFocus) findElement('query', HTMLInputElement).focus({ preventScroll: true });
}

function showLoading(model: ModelProgressEvent | undefined): void {
  if (model?.phase === 'start') {
    write('Starting the model', formatMegabytes(model.loadedBytes), 'This happens once.');
    setBar();
    return;
  }
  const { loadedBytes = 0, totalBytes } = model ?? {};
  const total = totalBytes === undefined ? '' : ` of ${formatMegabytes(totalBytes)}`;
  write('Loading the model', formatMegabytes(loadedBytes) + total, "It comes from this page's own address.");
  setBar(loadedBytes, totalBytes);
}

function write(title: string, counted: string, remark: string): void {
  label.textContent = title;
  count.textContent = counted;
  hint.textContent = remark;
}

/** Without a total the bar only shows that something happens. */
function setBar(value?: number, max?: number): void {
  if (value === undefined || max === undefined || max === 0) {
    bar.removeAttribute('value');
    return;
  }
  bar.max = max;
  bar.value = value;
}

/** Swaps two buttons without losing the keyboard's place. */
function moveFocus(from: HTMLButtonElement, to: HTMLButtonElement): void {
  const hadFocus = document.activeElement === from;
  from.hidden = true;
  to.hidden = false;
  if (hadFocus) to.focus();
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
