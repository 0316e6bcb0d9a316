import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadApp } from '../../scripts/local/functions-core.ts';
import { requestListener } from '../../scripts/local/http.ts';

/** A process of its own: the app in the folder it is given, loaded and served as the host would. Says its port. */
const folder = process.argv[2] ?? '';
const complain = (...lines: readonly string[]): void => console.error(...lines);
const app = await loadApp(
  () => import(pathToFileURL(path.join(folder, 'dist/functions/app/main.js')).href),
  (level, name, message) => {
    if (level === 'error') complain(name, message);
  },
);
const server = createServer(requestListener(app, complain));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(address.port);
});
