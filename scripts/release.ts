/**
 * `npm run release`: everything that a release consists of, in `dist/release`: the command line's
 * tarball, the function app's zip, the ARM template, the list of what both are made of, and checksums.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { appZip, buildApp } from './release/app.ts';
import { root } from './release/bundle.ts';
import { packCli } from './release/cli-package.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const dist = path.resolve(root, values.out);
const release = path.join(dist, 'release');
rmSync(release, { recursive: true, force: true });
mkdirSync(release, { recursive: true });

await packCli(dist);
await buildApp(dist);
const { version }: { version: string } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);
writeFileSync(path.join(release, `evenkeel-functions-${version}.zip`), appZip(dist));
copyFileSync(path.join(root, 'infra/main.json'), path.join(release, 'azuredeploy.json'));
writeSbom(path.join(release, `evenkeel-${version}.cdx.json`));

const names = readdirSync(release).toSorted();
const lines = names.map((name) => {
  const bytes = readFileSync(path.join(release, name));
  process.stdout.write(`${name}  ${(bytes.length / 1e6).toFixed(2)} MB\n`);
  return `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
});
writeFileSync(path.join(release, 'SHA256SUMS'), lines.join(''));
process.stdout.write('SHA256SUMS\n');

/** The packages at run time, as CycloneDX; the same packages make the same file. */
function writeSbom(file: string): void {
  const command = 'node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js';
  execFileSync(
    process.execPath,
    [command, '--omit', 'dev', '--output-reproducible', '--output-file', file, 'package.json'],
    { cwd: root },
  );
}
