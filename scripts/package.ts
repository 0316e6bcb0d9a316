/** `npm run package`: the command line as a package in `dist/package`, and its tarball in `dist/release`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './release/bundle.ts';
import { packCli } from './release/cli-package.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
await packCli(path.resolve(root, values.out));
