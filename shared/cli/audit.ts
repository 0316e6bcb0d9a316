import { writeFileSync } from 'node:fs';
import { formatOfFile, formats, isOpen, render, type Report } from '../report/index.ts';
import { severities, type Severity } from '../rules/index.ts';
import { auditFolders } from '../run/audit-folders.ts';
import { InputError } from '../run/input-error.ts';
import { policyOfFile } from '../run/policy-file.ts';
import { keepMemorySmall } from './memory.ts';
import { oneOf, readOptions } from './options.ts';
import { progressOn } from './progress.ts';
import { oneLine, type Terminal } from './terminal.ts';

const failOnWords = ['critical', 'high', 'medium', 'low', 'never'] as const;

/** `evenkeel audit`: report on standard output, progress and input faults on standard error. */
export async function audit(args: readonly string[], io: Terminal): Promise<number> {
  keepMemorySmall();
  const { values } = readOptions(args, {
    from: { type: 'string', multiple: true, default: [] },
    cluster: { type: 'string', multiple: true, default: [] },
    format: { type: 'string' },
    output: { type: 'string' },
    policy: { type: 'string' },
    'fail-on': { type: 'string', default: 'high' },
  });
  const failOn = oneOf('fail-on', values['fail-on'], failOnWords);
  const { output } = values;
  const byName = output === undefined ? undefined : formatOfFile(output);
  const format = oneOf('format', values.format ?? byName ?? 'text', formats);
  if (values.from.length === 0)
    throw new InputError('name a case folder with --from DIR (see evenkeel --help)');
  const progress = progressOn(io);
  const { report, problems } = await auditFolders({
    directories: values.from,
    clusters: values.cluster,
    ...(values.policy !== undefined && { policy: policyOfFile(values.policy) }),
    now: () => new Date(),
    onProgress: ({ done, total, label }) => progress.update(done, total, label),
  });
  progress.end();
  for (const problem of problems) io.err(`evenkeel audit: ${oneLine(problem)}\n`);
  const text = render(report, format, {
    text: { width: io.width, colour: io.colour && output === undefined },
  });
  if (output === undefined) io.out(text);
  else writeReport(output, text);
  return exitStatus(report, failOn);
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    throw new InputError(`${file}: the report cannot be written there (${code})`, { cause: error });
  }
}

/** 3 where nothing was audited, 1 where an open finding is at or above the severity, else 0. */
export function exitStatus(report: Report, failOn: (typeof failOnWords)[number]): number {
  const audited = report.clusters.filter(
    ({ result }) => result === 'complete' || result === 'partial',
  );
  if (audited.length === 0) return 3;
  if (failOn === 'never') return 0;
  const atOrAbove = new Set<Severity>(severities.slice(0, severities.indexOf(failOn) + 1));
  const fails = report.clusters.some(({ findings }) =>
    findings.some((finding) => isOpen(finding) && atOrAbove.has(finding.severity)),
  );
  return fails ? 1 : 0;
}
