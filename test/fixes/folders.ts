import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Every saved cluster of the tests. */
export const folders = ['cases', 'found'].flatMap((root) => {
  const directory = path.join(import.meta.dirname, '..', root);
  return readdirSync(directory)
    .filter((name) => !name.includes('.'))
    .map((name) => ({ name, directory: path.join(directory, name) }));
});
