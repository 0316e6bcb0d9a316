import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundle, copyRulePages, root } from './bundle.ts';
import { notices } from './notices.ts';

/** The case of the incident, as `evenkeel audit --example` reads it. */
const example = 'test/cases/seed-1-basic-local';

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
    minifyWhitespace: true,
    minifySyntax: true,
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
