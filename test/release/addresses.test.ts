import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { policySchemaUrl, repositoryUrl } from '../../shared/model/addresses.ts';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('public addresses', () => {
  test('are those of one constant: package, schema of the policy, its example', () => {
    expect(JSON.parse(read('package.json'))).toMatchObject({
      homepage: `${repositoryUrl}#readme`,
      repository: { type: 'git', url: `git+${repositoryUrl}.git` },
    });
    expect(JSON.parse(read('shared/policy/policy.schema.json'))).toMatchObject({
      $id: policySchemaUrl,
    });
    expect(read('evenkeel.policy.example.yaml').split('\n')[0]).toBe(
      `# yaml-language-server: $schema=${policySchemaUrl}`,
    );
  });

  test('lead to files that are there', () => {
    const main = `${repositoryUrl}/(?:raw|blob)/main/`;
    const found = filesOfProject().flatMap((file) =>
      [...read(file).matchAll(new RegExp(`${main}([\\w./-]+\\w)`, 'gu'))].map(([, to = '']) => to),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  test('no file names the project at another place', () => {
    const others = filesOfProject().flatMap((file) =>
      [
        ...read(file).matchAll(
          /https:\/\/(?:raw\.)?github(?:usercontent)?\.com\/[\w.-]*evenkeel[\w.-]*\/[\w-]+/giu,
        ),
      ]
        .map(([url]) => url)
        .filter((url) => url !== repositoryUrl)
        .map((url) => `${file}: ${url}`),
    );
    expect(others).toEqual([]);
  });
});

/** Text files of the sources, as git would list them; generated folders and cases are not ours to write. */
function filesOfProject(): readonly string[] {
  const listed = existsSync(path.join(root, '.git'))
    ? execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
    : [];
  return ['README.md', 'package.json', 'evenkeel.policy.example.yaml', ...listed].filter(
    (file) =>
      /\.(?:ts|md|json|ya?ml|cjs|bicep)$/u.test(file) &&
      !/^(?:package-lock\.json|test\/cases\/)/u.test(file) &&
      existsSync(path.join(root, file)),
  );
}
