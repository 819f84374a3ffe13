/** Entry of the page. */
import { NotesPage } from './notes-page.js';

new NotesPage().start();
