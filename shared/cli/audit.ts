import {
  formatOfFile,
  formats,
  isOpen,
  render,
  type Format,
  type Report,
} from '../report/index.ts';
import { severities, type Severity } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';
import { exampleFolder } from '../audit/own-files.ts';
import { policyOfFile } from '../service/policy-file.ts';
import { interrupted, untilInterrupted } from './interrupt.ts';
import { limitHeapGrowth } from './memory.ts';
import { oneOf, readOptions } from './options.ts';
import { progressOn } from './progress.ts';
import { oneLine, type Terminal } from './terminal.ts';
import { writeFile } from './write-file.ts';

const failOnWords = ['critical', 'high', 'medium', 'low', 'never'] as const;

const auditOptions = {
  from: { type: 'string', multiple: true, default: [] as string[] },
  at: { type: 'string' },
  example: { type: 'boolean', default: false },
  subscription: { type: 'string', multiple: true, default: [] as string[] },
  cluster: { type: 'string', multiple: true, default: [] as string[] },
  kubernetes: { type: 'string' },
  verify: { type: 'boolean', default: false },
  format: { type: 'string' },
  output: { type: 'string', multiple: true, default: [] as string[] },
  policy: { type: 'string' },
  'fail-on': { type: 'string', default: 'high' },
} as const;

/** `evenkeel audit`: report on standard output, progress and input faults on standard error. */
export async function audit(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = readOptions(args, auditOptions, isFrom(args) ? Infinity : 0);
  const failOn = oneOf('fail-on', values['fail-on'], failOnWords);
  const outputs = outputsOf(values.format, values.output);
  if (values.verify && (values.example || values.from.length + positionals.length > 0))
    throw new InputError(
      '--verify reads from Azure and --from reads saved data; use only one of them',
    );
  if (values.example && values.from.length + values.subscription.length > 0)
    throw new InputError('--example cannot be combined with --from or --subscription');
  const from = values.example ? [exampleFolder()] : [...values.from, ...positionals];
  limitHeapGrowth(from);
  const audited = await audits({ ...values, from }, io);
  if (typeof audited === 'number') return audited;
  const { report, problems } = audited;
  for (const problem of problems) io.err(`evenkeel audit: ${oneLine(problem)}\n`);
  const reportUrl = process.env['EVENKEEL_REPORT_URL'];
  for (const { format, file } of outputs) {
    const text = render(report, format, {
      text: {
        width: io.width,
        colour: io.colour && file === undefined,
        ...(file === undefined && { command: io.command }),
      },
      ...(reportUrl !== undefined && { reportUrl }),
    });
    if (file === undefined) io.out(text);
    else writeFile(file, text, 'report');
  }
  const status = exitStatus(report, failOn);
  return status !== 1 && audited.unreadable === true ? 2 : status;
}

/** A shell makes several paths of `--from *.json`; all of them are meant. */
function isFrom(args: readonly string[]): boolean {
  return args.some((each) => each === '--from' || each.startsWith('--from='));
}

interface Output {
  readonly format: Format;
  /** Standard output where absent. */
  readonly file?: string;
}

/** Where the report goes: one format for all files, or each by its ending. @throws {InputError} */
function outputsOf(given: string | undefined, files: readonly string[]): readonly Output[] {
  const format = given === undefined ? undefined : oneOf('format', given, formats);
  if (files.length === 0) return [{ format: format ?? 'text' }];
  if (files.length > 1 && format !== undefined)
    throw new InputError(
      '--format works with one --output only; with several, the file extensions decide',
    );
  return files.map((file) => {
    const byName = format ?? formatOfFile(file);
    if (byName === undefined && files.length > 1)
      throw new InputError(
        `${file}: unknown file extension; with several outputs use .md, .sarif, .json, .html, .csv, …`,
      );
    return { format: byName ?? 'text', file };
  });
}

interface What {
  readonly from: readonly string[];
  readonly at?: string | undefined;
  readonly subscription: readonly string[];
  readonly cluster: readonly string[];
  readonly kubernetes?: string | undefined;
  readonly verify: boolean;
  readonly policy?: string | undefined;
}

interface Audited {
  readonly report: Report;
  readonly problems: readonly string[];
  /** Something that was given with `--from` could not be read. */
  readonly unreadable?: boolean;
}

const clock = (): Date => new Date();

/** The audit, or the exit status where there is none to show. Each way loads its own clients only. */
export async function audits(what: What, io: Terminal): Promise<Audited | number> {
  if (what.from.length === 0 && what.at === undefined) return await liveAudit(what, io);
  if (what.from.length === 0)
    throw new InputError('--at is the time of saved data; use it with --from');
  if (what.subscription.length > 0)
    throw new InputError(
      '--from reads saved data and --subscription live data; use only one of them',
    );
  const { auditFolders } = await import('../audit/audit-folders.ts');
  const progress = progressOn(io);
  const onProgress = (now: Step): void => progress.update(now.done, now.total, now.label);
  const at = what.at === undefined ? {} : { at: timeOf(what.at) };
  const options = { ...common(what), ...at, directories: what.from, now: clock, onProgress };
  return await auditFolders(options).finally(progress.end);
}

/** ISO 8601; a day alone is its first moment, UTC. */
function timeOf(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}(?:T|$)/u.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new InputError(
      `--at must be a time like 2026-11-23T06:00:00Z, not ${JSON.stringify(text)}`,
    );
  return time.toISOString();
}

async function liveAudit(what: What, io: Terminal): Promise<Audited | number> {
  const { subscription: subscriptions, verify } = what;
  const options = { ...common(what), subscriptions, verify };
  const { auditHere } = await import('../service/audit-here.ts');
  const progress = progressOn(io);
  let last: Step = { done: 0, total: 0, label: '' };
  const audited = await untilInterrupted(io, (signal) => {
    const onProgress = (now: Step): void => {
      // Clusters that are given up are none that were audited.
      if (signal.aborted) return;
      last = now;
      progress.update(now.done, now.total, now.label);
    };
    return auditHere({ ...options, onProgress, signal });
  }).finally(progress.end);
  if (audited === undefined) {
    io.err(`evenkeel audit: interrupted; ${last.done} of ${last.total} clusters were audited\n`);
    return interrupted;
  }
  if (audited.kind === 'audited') return audited;
  io.err(`evenkeel audit: ${oneLine(audited.why)}\n`);
  return 3;
}

interface Step {
  readonly done: number;
  readonly total: number;
  readonly label: string;
}

function common({ cluster, policy, kubernetes }: What) {
  return {
    clusters: cluster,
    ...(policy !== undefined && { policy: policyOfFile(policy) }),
    ...(kubernetes !== undefined && { kubernetes }),
  };
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
