import { pathToFileURL } from 'node:url';
import { loadApp } from '../../local/functions-core.ts';

/** The child: loads the files it is given as the Functions host does, says how many functions there are, and ends. */
const app = await loadApp(
  async () => {
    for (const file of process.argv.slice(2)) await import(pathToFileURL(file).href);
  },
  () => undefined,
);
process.stdout.write(String(app.functions.length));
