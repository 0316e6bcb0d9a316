import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseRuleName } from '../../scripts/rules/name.ts';
import { familyIndex, registry } from '../../scripts/rules/write-rule.ts';

const root = path.join(import.meta.dirname, '..', '..');

describe('the name of a new rule', () => {
  test.each([
    { name: 'nothing', args: [], says: 'usage: npm run new-rule -- FAMILY STEM' },
    { name: 'too much', args: ['traffic', 'a', 'b'], says: 'usage: ' },
    { name: 'an unknown family', args: ['trafic', 'idle'], says: 'the families are traffic' },
    { name: 'a way out of the folder', args: ['traffic', '../x'], says: 'is no stem' },
    { name: 'capitals', args: ['traffic', 'IdleBackends'], says: 'is no stem' },
    { name: 'two hyphens', args: ['traffic', 'idle--backends'], says: 'is no stem' },
    { name: '41 characters', args: ['traffic', 'a'.repeat(41)], says: 'is no stem' },
    { name: 'a verb', args: ['traffic', 'check-backends'], says: 'name the failing state' },
    { name: 'a word of JavaScript', args: ['probe', 'default'], says: 'a meaning of its own' },
    { name: 'the index', args: ['probe', 'index'], says: 'a meaning of its own' },
  ])('refuses $name', ({ args, says }) => {
    expect(() => parseRuleName(args)).toThrow(says);
  });

  test.each([
    ['probe', 'disabled', 'disabled'],
    ['network', 'nsg-blocks-service', 'nsgBlocksService'],
    ['load-balancer', 'a1-b2', 'a1B2'],
  ])('takes %s/%s', (family, stem, constant) => {
    expect(parseRuleName([family, stem])).toEqual({ family, stem, constant });
  });
});

describe('the lines in the registry', () => {
  const drift = parseRuleName(['probe', 'drift']);

  test('a family gets its index', () => {
    expect(familyIndex(drift, undefined)).toBe(`import type { Rule } from '../rule.ts';
import { drift } from './drift.ts';

export const probeRules: readonly Rule[] = [
  drift,
];
`);
  });

  test('an index takes a rule in its place', () => {
    const two = familyIndex(parseRuleName(['probe', 'disabled']), familyIndex(drift, undefined));
    const three = familyIndex(parseRuleName(['probe', 'http-root-path']), two);
    expect(three).toContain("disabled.ts';\nimport { drift } from './drift.ts';\nimport { http");
    expect(three).toContain('  disabled,\n  drift,\n  httpRootPath,\n');
    expect(() => familyIndex(drift, three)).toThrow('probe/drift is in the index');
  });

  test.each(['alpha', 'multi-lb', 'zulu'])('the registry takes the family %s', (family) => {
    const present = readFileSync(path.join(root, 'shared/rules/index.ts'), 'utf8');
    const without = present.split('\n').filter((line) => !/multi-?lb/iu.test(line));
    const text = registry(family, without.join('\n'));
    const constant = family === 'multi-lb' ? 'multiLbRules' : `${family}Rules`;
    expect(text).toContain(`import { ${constant} } from './${family}/index.ts';\n`);
    const spreads = [...text.matchAll(/^\s*\.\.\.(\w+)Rules,/gmu)].map(([, name = '']) => name);
    expect(spreads).toContain(constant.replace('Rules', ''));
    expect(spreads).toEqual(spreads.toSorted());
  });

  test('an index in another form is left to people', () => {
    expect(() => registry('probe', 'export const allRules = [];')).toThrow('by hand');
  });
});

describe('npm run new-rule, in a copy of the project', () => {
  /** What the checks look at; the cases are large and nothing here reads them. */
  const copied = [
    'docs',
    'scripts/assets.ts',
    'scripts/generated.ts',
    'scripts/infra',
    'scripts/infra.ts',
    'scripts/new-rule.ts',
    'scripts/rules',
    'shared',
    'test/builders',
    'test/rules',
    'package.json',
    'tsconfig.json',
    '.oxlintrc.json',
    '.prettierrc.json',
    '.prettierignore',
    'test/support/long.ts',
  ];
  let copy = '';

  beforeAll(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'new-rule-'));
    for (const name of copied)
      cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  function newRule(...args: readonly string[]) {
    const script = path.join(copy, 'scripts', 'new-rule.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  function tool(name: string, ...args: readonly string[]) {
    const command = path.join(root, 'node_modules', '.bin', name);
    const { status, stdout } = spawnSync(command, args, { cwd: copy, encoding: 'utf8' });
    return status === 0 ? 'clean' : stdout;
  }

  function read(...file: readonly string[]): string {
    return readFileSync(path.join(copy, ...file), 'utf8');
  }

  test('overwrites nothing, and says so in one line', () => {
    const index = read('shared/rules/traffic/index.ts');
    expect(newRule('traffic', 'no-traffic')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'new-rule: test/rules/traffic/no-traffic.test.ts is there already\n',
    });
    expect(read('shared/rules/traffic/index.ts')).toBe(index);
  });

  test('writes rules that pass the checks as they stand', () => {
    const registered = read('shared/rules/index.ts');
    const family =
      ['outbound', 'network', 'service', 'probe', 'multi-lb'].find(
        (each) => !registered.includes(`./${each}/index.ts`),
      ) ?? 'backend';
    expect(newRule('traffic', 'idle-backends')).toMatchObject({ status: 0, stderr: '' });
    expect(newRule(family, 'odd-thing')).toMatchObject({ status: 0, stderr: '' });
    const written = [`traffic/idle-backends`, `${family}/odd-thing`];
    const files = written.flatMap((id) => [
      `shared/rules/${id}.ts`,
      `shared/rules/${id}.md`,
      `test/rules/${id}.test.ts`,
    ]);
    const indexes = ['shared/rules/index.ts', `shared/rules/${family}/index.ts`, 'docs/rules.md'];
    // Of the project what they bring along, and no more.
    const config = {
      extends: './tsconfig.json',
      include: files.filter((file) => file.endsWith('.ts')),
    };
    writeFileSync(path.join(copy, 'tsconfig.written.json'), JSON.stringify(config));
    expect(tool('tsc', '--noEmit', '-p', 'tsconfig.written.json')).toBe('clean');
    expect(tool('oxlint', ...files.filter((file) => file.endsWith('.ts')))).toBe('clean');
    expect(tool('prettier', '--check', ...files, ...indexes)).toBe('clean');
    for (const id of written) {
      expect(read('docs/rules.md')).toContain(`\`${id}\``);
      expect(read('shared/policy/policy.schema.json')).toContain(`"${id}"`);
    }
    const list = execFileSync(process.execPath, ['shared/cli/main.ts', 'rules'], {
      cwd: copy,
      encoding: 'utf8',
    });
    expect(list).toMatch(/^traffic\/idle-backends +medium +Say here what is wrong$/mu);
  });
});
