/** `npm run build`: the function app in `dist`, where `main` of package.json leads the host. */
import path from 'node:path';
import { buildApp } from './release/app.ts';
import { root } from './release/bundle.ts';

await buildApp(path.join(root, 'dist'));
