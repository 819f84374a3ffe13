/** Where the repository is. */
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
