import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Json } from './family.ts';
import { runVectors, type FamilyResult } from './run.ts';

/** `npm run conformance -- [--format json] [--families a,b] FILE…` */
function main(): number {
  let options;
  try {
    options = parseArgs({
      allowPositionals: true,
      options: { format: { type: 'string', default: 'text' }, families: { type: 'string' } },
    });
  } catch (error) {
    return usage(error instanceof Error ? error.message : 'wrong usage');
  }
  const { values, positionals } = options;
  if (positionals.length === 0) return usage('name at least one vectors file');
  if (values.format !== 'text' && values.format !== 'json')
    return usage(`--format is text or json, not ${values.format}`);
  const only = values.families === undefined ? undefined : new Set(values.families.split(','));
  const files: { file: string; families: readonly FamilyResult[] }[] = [];
  for (const file of positionals) {
    let document: Json;
    try {
      document = JSON.parse(readFileSync(file, 'utf8')) as Json;
    } catch {
      return usage(`${file}: cannot be read as JSON`);
    }
    files.push({ file, families: runVectors(document, only) });
  }
  if (values.format === 'json') process.stdout.write(`${JSON.stringify({ files })}\n`);
  else print(files);
  return files.some(({ families }) => families.some((each) => each.failed > 0)) ? 1 : 0;
}

function print(files: readonly { file: string; families: readonly FamilyResult[] }[]): void {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const { file, families } of files) {
    lines.push(file);
    for (const each of families) {
      const extra = each.deviating > 0 ? `, ${each.deviating} deviating` : '';
      lines.push(`  ${each.family}: ${each.passed} passed, ${each.failed} failed${extra}`);
      for (const { id, reason } of each.deviations) lines.push(`    deviates ${id}: ${reason}`);
      for (const failure of each.failures.slice(0, 10))
        lines.push(
          `    failed ${failure.id}: expected ${JSON.stringify(failure.expected)}, got ${JSON.stringify(failure.actual)}`,
        );
      passed += each.passed;
      failed += each.failed;
    }
  }
  process.stdout.write(`${lines.join('\n')}\n${passed} passed, ${failed} failed\n`);
}

function usage(message: string): number {
  process.stderr.write(
    `conformance: ${message}\nusage: npm run conformance -- [--format json] [--families a,b] FILE…\n`,
  );
  return 2;
}

process.exitCode = main();
