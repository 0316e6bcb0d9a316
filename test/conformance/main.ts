import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Json } from './family.ts';
import { familiesOf, runVectors, type FamilyResult } from './run.ts';

/** What a person can put right: one line, no stack. */
class UsageError extends Error {}

interface FileResult {
  readonly file: string;
  readonly families: readonly FamilyResult[];
}

const usage = 'npm run conformance -- [--format json] [--families a,b] FILE…';

/** Exit status: 0 all as expected, 1 a case failed, 2 nothing could be compared. */
function main(): number {
  const { format, only, paths } = options();
  const files = paths.map((file): FileResult => ({
    file,
    families: runVectors(readVectors(file), only),
  }));
  const ran = new Set(files.flatMap(({ families }) => families.map((each) => each.family)));
  const absent = [...(only ?? [])].filter((name) => !ran.has(name));
  if (ran.size === 0) throw new UsageError(`no file has a family called ${absent.join(' or ')}`);
  if (absent.length > 0) complain(`no file has a family called ${absent.join(' or ')}`);
  process.stdout.write(format === 'json' ? `${JSON.stringify({ files })}\n` : asText(files));
  return files.some(({ families }) => families.some((each) => each.failed > 0)) ? 1 : 0;
}

function options() {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { format: { type: 'string', default: 'text' }, families: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}; usage: ${usage}`);
  }
  const { values, positionals } = parsed;
  if (positionals.length === 0)
    throw new UsageError(`name at least one vectors file; usage: ${usage}`);
  if (values.format !== 'text' && values.format !== 'json')
    throw new UsageError(`--format is text or json, not ${values.format}`);
  const only = values.families?.split(',').map((name) => name.trim());
  return {
    format: values.format,
    only: only === undefined ? undefined : new Set(only),
    paths: positionals,
  };
}

function readVectors(file: string): Json {
  let document: Json;
  try {
    document = JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
  const families = familiesOf(document);
  if (families.length === 0) throw new UsageError(`${file}: no vectors: "families" holds nothing`);
  for (const [name, { cases }] of families)
    if (!Array.isArray(cases) || cases.length === 0)
      throw new UsageError(`${file}: family ${name} has no cases`);
  return document;
}

function asText(files: readonly FileResult[]): string {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const { file, families } of files) {
    lines.push(file);
    for (const each of families) {
      const deviations = each.deviations ?? [];
      const extra = deviations.length > 0 ? `, ${deviations.length} deviating` : '';
      lines.push(`  ${each.family}: ${each.passed} passed, ${each.failed} failed${extra}`);
      for (const { id, reason } of deviations) lines.push(`    deviates ${id}: ${reason}`);
      for (const failure of each.failures.slice(0, 10))
        lines.push(
          `    failed ${failure.id}: expected ${JSON.stringify(failure.expected)}, got ${JSON.stringify(failure.actual)}`,
        );
      if (each.failed > 10) lines.push(`    and ${each.failed - 10} more failed`);
      passed += each.passed;
      failed += each.failed;
    }
  }
  return `${lines.join('\n')}\n${passed} passed, ${failed} failed\n`;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}

function complain(message: string): void {
  process.stderr.write(`conformance: ${message}\n`);
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  complain(error.message);
  process.exitCode = 2;
}
