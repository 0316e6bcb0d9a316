import { loadApp } from '../../local/functions-core.ts';

/** The child: loads the files it is given as the Functions host does, says how many functions there are, and ends. */
const app = await loadApp(process.argv.slice(2), () => undefined);
process.stdout.write(String(app.functions.length));
