/** `npm run package`: the command line as a package in `dist/package`, and its tarball in `dist/release`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './release/bundle.ts';
import { writeCliPackage } from './release/cli-package.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const out = path.resolve(root, values.out);
const folder = path.join(out, 'package');
const release = path.join(out, 'release');
await writeCliPackage(folder);
mkdirSync(release, { recursive: true });
const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', release], {
  cwd: folder,
  encoding: 'utf8',
  shell: process.platform === 'win32',
}).trim();
const file = path.join(release, packed);
process.stdout.write(
  `packed ${path.relative(root, file)}: ${(statSync(file).size / 1e6).toFixed(2)} MB\n`,
);
