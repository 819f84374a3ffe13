/** The ways notes come in: pasted, chosen, dropped. */
import { findElement } from './find-element.js';
import type { Note } from './note.js';
import { findTitle } from './split-passages.js';

const TEXT_FILE = /\.(txt|md|markdown)$/i;
/** A very long novel; more would make the page slow without warning. */
const LARGEST_BYTES = 5_000_000;

const message = findElement('add-message', HTMLParagraphElement);

/** Calls `onNotes` with what a person adds. Refused files are named on the page. */
export function watchNoteInput(onNotes: (notes: readonly Note[]) => void): void {
  const paste = findElement('paste', HTMLTextAreaElement);
  findElement('paste-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const text = paste.value;
    message.textContent = text.trim() === '' ? 'There is no text to add yet.' : '';
    if (text.trim() === '') {
      paste.focus();
      return;
    }
    paste.value = '';
    onNotes([{ title: findTitle(text), text }]);
  });
  const files = findElement('files', HTMLInputElement);
  files.addEventListener('change', () => {
    void addFiles([...(files.files ?? [])], onNotes);
    // So that choosing the same file again counts as a change.
    files.value = '';
  });
  watchDrops((dropped) => void addFiles(dropped, onNotes));
}

/** The whole page takes drops: a file that misses a small target would be opened in place of the page. */
function watchDrops(onFiles: (files: readonly File[]) => void): void {
  const root = document.documentElement;
  root.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    root.classList.add('is-dragging');
  });
  root.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) root.classList.remove('is-dragging');
  });
  root.addEventListener('drop', (event) => {
    root.classList.remove('is-dragging');
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  });
}

/** Never rejects: what can't be read is named instead. */
async function addFiles(files: readonly File[], onNotes: (notes: readonly Note[]) => void): Promise<void> {
  const problems: string[] = [];
  const read = await Promise.all(files.map((file) => readNote(file, problems)));
  message.textContent = problems.join(' ');
  const notes = read.filter((note) => note !== undefined);
  if (notes.length > 0) onNotes(notes);
}

async function readNote(file: File, problems: string[]): Promise<Note | undefined> {
  if (!TEXT_FILE.test(file.name)) problems.push(`${file.name} isn't a .txt or .md file.`);
  else if (file.size > LARGEST_BYTES) problems.push(`${file.name} is over 5 MB.`);
  else {
    try {
      const text = await file.text();
      if (text.trim() !== '') return { title: file.name.replace(TEXT_FILE, ''), text };
      problems.push(`${file.name} is empty.`);
    } catch {
      problems.push(`${file.name} couldn't be read.`);
    }
  }
  return undefined;
}
