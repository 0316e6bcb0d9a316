import type { AuditProgress } from '../audit/audit-folders.ts';
import {
  filterReport,
  formats,
  isOpen,
  renderPieces,
  type Format,
  type Report,
} from '../report/index.ts';
import { atLeast, severities, type Severity } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';
import { policyOption } from '../service/policy-file.ts';
import { exampleFolder } from '../audit/own-files.ts';
import type { OnSnapshot } from '../audit/on-snapshot.ts';
import { liveWork } from './interrupt.ts';
import { limitHeapGrowth } from './memory.ts';
import { noValues, oneOf, readOptions } from './options.ts';
import { outputsOf, write, type Output } from './outputs.ts';
import { progressOn } from './progress.ts';
import { oneLine, type Invocation, type Terminal } from './terminal.ts';

const failOnWords = ['critical', 'high', 'medium', 'low', 'never'] as const;

const auditOptions = {
  from: { type: 'string', multiple: true, default: noValues },
  at: { type: 'string' },
  example: { type: 'boolean', default: false },
  subscription: { type: 'string', multiple: true, default: noValues },
  cluster: { type: 'string', multiple: true, default: noValues },
  kubernetes: { type: 'string' },
  verify: { type: 'boolean', default: false },
  format: { type: 'string' },
  output: { type: 'string', multiple: true, default: noValues },
  policy: { type: 'string' },
  'fail-on': { type: 'string', default: 'high' },
  summary: { type: 'boolean', default: false },
  severity: { type: 'string' },
} as const;

/** `evenkeel audit`: report on standard output, progress and input faults on standard error. */
export async function audit({ args, io, context }: Invocation): Promise<number> {
  const { values, positionals } = readOptions(args, auditOptions, hasFrom(args) ? Infinity : 0);
  const failOn = oneOf('fail-on', values['fail-on'], failOnWords);
  const { severity } = values;
  const from = severity === undefined ? undefined : oneOf('severity', severity, severities);
  const outputs = outputsOf<Format>(values.format, values.output, [
    'text',
    ...formats.filter((format) => format !== 'text'),
  ]);
  if (values.summary && outputs.some(({ format }) => format !== 'text'))
    throw new InputError(
      '--summary works only with --format text; other formats always hold the whole report',
    );
  if (values.verify && (values.example || values.from.length + positionals.length > 0))
    throw new InputError(
      '--verify reads from Azure and --from reads saved data; use only one of them',
    );
  if (values.example && values.from.length + values.subscription.length > 0)
    throw new InputError('--example cannot be combined with --from or --subscription');
  const folders = values.example ? [exampleFolder()] : [...values.from, ...positionals];
  limitHeapGrowth(folders);
  const audited = await runAudit('audit', { ...values, from: folders }, { io, context });
  if (typeof audited === 'number') return audited;
  const { report, problems } = audited;
  for (const problem of problems) io.err(`evenkeel audit: ${oneLine(problem)}\n`);
  const view = { from, summary: values.summary, url: context.env['EVENKEEL_REPORT_URL'] };
  for (const output of outputs) writeReport(report, output, view, io);
  const status = exitStatus(report, failOn);
  return status !== 1 && audited.unreadable === true ? 2 : status;
}

/** A shell makes several paths of `--from *.json`; all of them are meant. */
function hasFrom(args: readonly string[]): boolean {
  return args.some((each) => each === '--from' || each.startsWith('--from='));
}

/** What of a report is shown: all of it, or findings from a severity on, or the counts alone. */
interface ReportView {
  readonly from: Severity | undefined;
  readonly summary: boolean;
  /** Address of `/api/report`: rules then link to their pages. */
  readonly url: string | undefined;
}

function writeReport(
  report: Report,
  output: Output<Format>,
  { from, summary, url }: ReportView,
  io: Terminal,
): void {
  const { format, file } = output;
  // The text counts what it leaves out; other formats hold what was asked for.
  const shown =
    from === undefined || format === 'text'
      ? report
      : filterReport(report, { severities: severities.filter((each) => atLeast(each, from)) });
  const pieces = renderPieces(shown, format, {
    text: {
      width: file === undefined ? io.width : 100,
      colour: io.colour && file === undefined,
      summary,
      ...(from !== undefined && { from }),
      ...(file === undefined && { command: io.command }),
    },
    ...(url !== undefined && { reportUrl: url }),
  });
  write(output, pieces, `report as ${format}`, io);
}

/** What is audited: saved answers, or live clusters. */
interface AuditTarget {
  readonly from: readonly string[];
  readonly at?: string | undefined;
  readonly subscription: readonly string[];
  readonly cluster: readonly string[];
  readonly kubernetes?: string | undefined;
  readonly verify?: boolean;
  readonly policy?: string | undefined;
  /** Called with each cluster as it was read. */
  readonly onSnapshot?: OnSnapshot;
}

interface AuditOutcome {
  readonly report: Report;
  readonly problems: readonly string[];
  /** Something that was given with `--from` could not be read. */
  readonly unreadable?: boolean;
}

/**
 * The audit, or the exit status where there is none to show. Saved and live audits load their own clients only.
 * @param command Whose error lines they are.
 */
export async function runAudit(
  command: string,
  target: AuditTarget,
  { io, context }: Pick<Invocation, 'io' | 'context'>,
): Promise<AuditOutcome | number> {
  if (target.from.length === 0 && target.at === undefined)
    return await liveAudit(command, target, { io, context });
  if (target.from.length === 0)
    throw new InputError('--at is the time of saved data; use it with --from');
  if (target.subscription.length > 0)
    throw new InputError(
      '--from reads saved data and --subscription live data; use only one of them',
    );
  const { auditFolders } = await import('../audit/audit-folders.ts');
  const progress = progressOn(io);
  const onProgress = (now: AuditProgress): void => progress.update(now.done, now.total, now.label);
  return await auditFolders({
    ...common(target),
    ...(target.at !== undefined && { at: timeOf(target.at) }),
    directories: target.from,
    now: context.now,
    onProgress,
  }).finally(progress.end);
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

async function liveAudit(
  command: string,
  target: AuditTarget,
  { io, context }: Pick<Invocation, 'io' | 'context'>,
): Promise<AuditOutcome | number> {
  const { subscription: subscriptions, verify = false } = target;
  const { auditHere } = await import('../service/audit-here.ts');
  const progress = progressOn(io);
  let last: AuditProgress = { done: 0, total: 0, label: '' };
  return await liveWork(
    io,
    {
      command,
      progress,
      interrupted: () => `interrupted; ${last.done} of ${last.total} clusters were audited`,
    },
    (signal) => {
      const onProgress = (now: AuditProgress): void => {
        // Clusters that are given up are none that were audited.
        if (signal.aborted) return;
        last = now;
        progress.update(now.done, now.total, now.label);
      };
      return auditHere(context, { ...common(target), subscriptions, verify, onProgress, signal });
    },
  );
}

function common({ cluster, policy, kubernetes, onSnapshot }: AuditTarget) {
  return {
    clusters: cluster,
    ...policyOption(policy),
    ...(kubernetes !== undefined && { kubernetes }),
    ...(onSnapshot !== undefined && { onSnapshot }),
  };
}

/** 3 where nothing was audited, 1 where an open finding is at or above the severity, else 0. */
function exitStatus(report: Report, failOn: (typeof failOnWords)[number]): number {
  const audited = report.clusters.filter(
    ({ result }) => result === 'complete' || result === 'partial',
  );
  if (audited.length === 0) return 3;
  if (failOn === 'never') return 0;
  const fails = report.clusters.some(({ findings }) =>
    findings.some((finding) => isOpen(finding) && atLeast(finding.severity, failOn)),
  );
  return fails ? 1 : 0;
}
