import { globSync } from 'node:fs';
import path from 'node:path';
import { loadApp } from './functions-core.ts';

/** Prints what a built app registers, as the host would index it: a line of JSON for each function. */
const root = process.argv[2] ?? path.join(import.meta.dirname, '..', '..');
const entryPoints = globSync('dist/functions/*.js', { cwd: root }).toSorted();
const app = await loadApp(
  entryPoints.map((file) => path.join(root, file)),
  () => undefined,
);
for (const { name, trigger } of app.functions)
  process.stdout.write(`${JSON.stringify({ ...trigger, functionName: name })}\n`);
