/** Keys: slash to the search box, arrows between results, Escape to begin anew. */
import { hasFocusedResult, stepResult } from './results-view.js';

const RESULT_STEPS: Readonly<Record<string, 'first' | 'last' | 'next' | 'previous'>> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
};

/** Listens on the whole page. `onClear` empties the search box and what it found. */
export function watchKeyboard(query: HTMLInputElement, onClear: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (handleKey(event.key, query, onClear)) event.preventDefault();
  });
}

/** Whether the key meant something here. */
function handleKey(key: string, query: HTMLInputElement, onClear: () => void): boolean {
  const isInResults = hasFocusedResult();
  const isInQuery = document.activeElement === query;
  if (key === '/' && !isTyping()) {
    query.select();
    query.focus();
    return true;
  }
  if (key === 'Escape' && (isInQuery || isInResults)) {
    onClear();
    query.focus();
    return true;
  }
  if (key === 'ArrowDown' && isInQuery) return stepResult('first');
  const step = RESULT_STEPS[key];
  if (step === undefined || !isInResults) return false;
  if (!stepResult(step)) query.focus();
  return true;
}

function isTyping(): boolean {
  return document.activeElement?.matches('textarea, input:not([type=file])') === true;
}
