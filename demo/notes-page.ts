/** The page as a whole: what a person does, what is under way, and what is shown of it. */
import type { ModelProgressEvent } from 'inpage-embeddings';
import { openEngineRoom, type EngineRoom } from './engine-room.js';
import { findElement } from './find-element.js';
import type { IndexerState } from './indexer.js';
import { watchKeyboard } from './keyboard.js';
import type { Note } from './note.js';
import { watchNoteInput } from './note-input.js';
import { showError, showProgress } from './progress-view.js';
import { describeAnswer, showResults } from './results-view.js';
import type { SearchAnswer } from './searcher.js';
import { splitPassages } from './split-passages.js';
import { EXAMPLE_QUERIES, STARTER_NOTES } from './starter-notes.js';

const query = findElement('query', HTMLInputElement);
const status = findElement('status', HTMLParagraphElement);
const announcement = findElement('announcement', HTMLParagraphElement);

/** Owns the state; everything visible follows from it. */
export class NotesPage {
  #room: EngineRoom | undefined;
  #model: ModelProgressEvent | undefined;
  #state: IndexerState = { phase: 'idle' };
  #answer: SearchAnswer | undefined;
  #noteCount = 0;
  #hasStarterNotes = false;

  /** Listens to the page's controls from now on. */
  start(): void {
    for (const id of ['use-starter-notes', 'add-starter-notes']) this.#onClick(id, this.#addStarterNotes);
    this.#onClick('cancel', () => this.#room?.indexer.stop());
    this.#onClick('continue', () => this.#room?.indexer.resume());
    this.#onClick('retry', this.#retry);
    this.#onClick('clear', this.#clear);
    query.addEventListener('input', () => {
      this.#search(false);
    });
    findElement('search-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#search(true);
    });
    watchKeyboard(query, () => {
      this.#ask('');
    });
    watchNoteInput((notes) => {
      this.#add(notes);
    });
    this.#listExamples();
    this.#render();
  }

  #onClick(id: string, action: () => void): void {
    const button = findElement(id, HTMLButtonElement);
    button.addEventListener('click', (event) => {
      action.call(this);
      moveOn(button, event);
    });
  }

  #add(notes: readonly Note[]): void {
    this.#noteCount += notes.length;
    showError(undefined);
    this.#openRoom().indexer.add(notes.flatMap(splitPassages));
  }

  #addStarterNotes(): void {
    this.#hasStarterNotes = true;
    this.#add(STARTER_NOTES);
  }

  #clear(): void {
    this.#noteCount = 0;
    this.#hasStarterNotes = false;
    showError(undefined);
    this.#room?.index.clear();
    this.#room?.indexer.clear();
    this.#ask('');
    announcement.textContent = 'All notes are cleared.';
  }

  #retry(): void {
    showError(undefined);
    if (this.#state.phase === 'failed') this.#room?.indexer.resume();
    this.#search(true);
  }

  #ask(text: string): void {
    query.value = text;
    this.#search(true);
  }

  #search(immediately: boolean): void {
    const text = query.value.trim();
    this.#room?.searcher.search(text, { immediately });
    // Old results stay until the new ones come, which flickers less; without a query there are none to wait for.
    if (text === '') {
      this.#answer = undefined;
      showResults(undefined);
    }
    this.#render();
  }

  #openRoom(): EngineRoom {
    this.#room ??= openEngineRoom({
      onModelProgress: (event) => {
        this.#model = event;
        this.#render();
      },
      onState: (state) => {
        this.#takeState(state);
      },
      onIndexed: () => {
        this.#search(true);
      },
      onAnswer: (answer) => {
        this.#answer = answer;
        showError(undefined);
        showResults(answer);
        this.#render();
      },
      onError: showError,
    });
    return this.#room;
  }

  #takeState(state: IndexerState): void {
    const hasChangedPhase = state.phase !== this.#state.phase;
    this.#state = state;
    if (state.phase === 'failed') showError(state.error);
    else if (hasChangedPhase) announcement.textContent = announce(state);
    this.#render();
  }

  #render(): void {
    const hasNotes = this.#noteCount > 0;
    const isAsking = query.value.trim() !== '';
    showProgress(this.#state, this.#model);
    findElement('empty', HTMLDivElement).hidden = hasNotes;
    findElement('examples', HTMLDivElement).hidden = !this.#hasStarterNotes || isAsking;
    findElement('inventory', HTMLDivElement).hidden = !hasNotes;
    findElement('add-starter-notes', HTMLButtonElement).hidden = this.#hasStarterNotes;
    findElement('inventory-text', HTMLParagraphElement).textContent = this.#describeInventory();
    status.textContent = this.#describeSearch(isAsking);
  }

  #describeInventory(): string {
    const notes = this.#noteCount === 1 ? '1 note' : `${this.#noteCount} notes`;
    const size = this.#room?.index.size ?? 0;
    return `${notes} in memory, ${size} ${size === 1 ? 'passage' : 'passages'} searchable`;
  }

  #describeSearch(isAsking: boolean): string {
    const size = this.#room?.index.size ?? 0;
    if (!isAsking) return '';
    if (this.#answer && size > 0) return describeAnswer(this.#answer, size);
    if (this.#noteCount === 0) return 'Nothing to search yet. Add some notes, and results appear here.';
    if (size > 0) return 'Searching …';
    if (this.#state.phase !== 'indexing') return 'Nothing is indexed yet.';
    return 'Results appear here as soon as the first notes are indexed.';
  }

  #listExamples(): void {
    const items = EXAMPLE_QUERIES.map((example) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = example;
      button.addEventListener('click', (event) => {
        this.#ask(example);
        moveOn(button, event);
      });
      const item = document.createElement('li');
      item.append(button);
      return item;
    });
    findElement('example-list', HTMLUListElement).replaceChildren(...items);
  }
}

/** A button that goes away on being pressed would leave the focus nowhere; the search box is what comes next. */
function moveOn(button: HTMLButtonElement, event: MouseEvent): void {
  if (document.activeElement !== button || button.closest('[hidden]') === null) return;
  // Under a finger the focus would only bring up the keyboard, over the results.
  if (event instanceof PointerEvent && event.pointerType === 'touch') button.blur();
  else query.focus({ preventScroll: true });
}

/** What a screen reader is told; the numbers in between are the progress bar's. */
function announce(state: IndexerState): string {
  if (state.phase === 'indexing') return `Indexing ${state.total} passages.`;
  if (state.phase === 'stopped') return `Indexing stopped after ${state.done} of ${state.total} passages.`;
  return 'Your notes can be searched.';
}
