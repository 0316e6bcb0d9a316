import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadApp } from './functions-core.ts';

/** Prints what a built app registers, as the host would index it: a line of JSON for each function. */
const root = process.argv[2] ?? path.join(import.meta.dirname, '..', '..');
const main = path.join(root, 'dist/functions/app/main.js');
const app = await loadApp(
  () => import(pathToFileURL(main).href),
  () => undefined,
);
for (const { name, trigger } of app.functions)
  process.stdout.write(`${JSON.stringify({ ...trigger, functionName: name })}\n`);
