import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundle, copyRulePages, root } from './bundle.ts';
import { notices } from './notices.ts';

/** The case of the incident, as `evenkeel audit --example` reads it. */
const example = 'test/cases/seed-1-basic-local';

/** Packs the command line into `release`, from a folder that it makes for it; says how large it became. */
export async function packCli(dist: string, release = path.join(dist, 'release')): Promise<void> {
  const folder = path.join(dist, 'package');
  await writeCliPackage(folder);
  mkdirSync(release, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', release], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }).trim();
  const file = path.join(release, packed);
  const size = (statSync(file).size / 1e6).toFixed(2);
  process.stdout.write(`packed ${path.relative(root, file)}: ${size} MB\n`);
}

/**
 * Writes the package of the command line into `folder`: a start file that any Node can read, the
 * bundle with its lazy chunks, and what the commands read at run time. It depends on no package.
 */
export async function writeCliPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  const built = await bundle({
    entryPoints: ['shared/cli/main.ts'],
    outbase: path.join(root, 'shared'),
    outdir: path.join(folder, 'lib'),
  });
  await copyRulePages(path.join(folder, 'lib'));
  const copies = [
    ['shared/policy/policy.schema.json', 'lib/policy/policy.schema.json'],
    ['shared/report/report.schema.json', 'lib/report/report.schema.json'],
    ['slack/manifest.yaml', 'slack/manifest.yaml'],
    ['evenkeel.policy.example.yaml', 'evenkeel.policy.example.yaml'],
    ['LICENSE', 'LICENSE'],
    ['CHANGELOG.md', 'CHANGELOG.md'],
    ['scripts/release/start.cjs', 'bin/evenkeel.cjs'],
    ['scripts/release/package-readme.md', 'README.md'],
    [example, `lib/example`],
  ] as const;
  for (const [from, to] of copies)
    cpSync(path.join(root, from), path.join(folder, to), { recursive: true });
  writeFileSync(path.join(folder, 'THIRD-PARTY-NOTICES'), notices(built));
  writeFileSync(
    path.join(folder, 'package.json'),
    `${JSON.stringify(packageJson(), undefined, 2)}\n`,
  );
}

/** Oldest Node that every bundled package supports; `start.cjs` says so to older ones. */
export const oldestNode = '22.19.0';

function packageJson(): object {
  const { name, version, description, license, repository, homepage }: Record<string, unknown> =
    JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return {
    name,
    version,
    description,
    license,
    repository,
    homepage,
    type: 'module',
    bin: { evenkeel: 'bin/evenkeel.cjs' },
    engines: { node: `>=${oldestNode}` },
  };
}
