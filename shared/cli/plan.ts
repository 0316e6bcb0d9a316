import type { AppContext } from '../service/app-context.ts';
import { readFileSync } from 'node:fs';
import type { ReadCluster } from '../audit/on-snapshot.ts';
import { InputError } from '../audit/input-error.ts';
import { deletionOf, planManifests, type Deletion, type Plan } from '../plan/index.ts';
import { severities } from '../rules/index.ts';
import { policyOfFile } from '../service/policy-file.ts';
import { interrupted, untilInterrupted } from './interrupt.ts';
import { limitHeapGrowth } from './memory.ts';
import { noValues, oneOf, readOptions } from './options.ts';
import { outputsOf, write } from './outputs.ts';
import { poolArguments } from './plan/arguments.ts';
import { manifestFiles } from './plan/files.ts';
import { planJson } from './plan/json.ts';
import { planMarkdown } from './plan/markdown.ts';
import { planSarif } from './plan/sarif.ts';
import { planText, problemLine } from './plan/text.ts';
import { progressOn } from './progress.ts';
import { nothingDone, oneLine, type Terminal } from './terminal.ts';

const formats = ['text', 'markdown', 'json', 'sarif'] as const;
const failOnWords = ['worse', 'critical', 'high', 'medium', 'low', 'never'] as const;
const mostFiles = 10_000;

const options = {
  from: { type: 'string', multiple: true, default: noValues },
  subscription: { type: 'string', multiple: true, default: noValues },
  cluster: { type: 'string' },
  kubernetes: { type: 'string' },
  with: { type: 'string', multiple: true, default: noValues },
  delete: { type: 'string', multiple: true, default: noValues },
  namespace: { type: 'string', default: 'default' },
  policy: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string', multiple: true, default: noValues },
  'fail-on': { type: 'string', default: 'never' },
} as const;

/** `evenkeel plan`: what manifests would do to the traffic of one cluster. Nothing is applied. */
export async function plan(
  args: readonly string[],
  io: Terminal,
  context: AppContext,
): Promise<number> {
  const { nodePools, rest } = poolArguments(args);
  const { values, positionals } = readOptions(rest, options, mostFiles);
  limitHeapGrowth(values.from);
  const failOn = oneOf('fail-on', values['fail-on'], failOnWords);
  const outputs = outputsOf(values.format, values.output, planOutputs);
  const deletions = values.delete.map(deletionNamed);
  const files = manifestNames(values.with, positionals);
  if (files.length + deletions.length + nodePools.length === 0)
    throw new InputError(
      'specify the change: --with FILES (- for standard input), --node-pool NAME or --delete KIND/NAMESPACE/NAME',
    );
  const manifests = manifestFiles(files, () => readFileSync(0, 'utf8'));
  const plans: Plan[] = [];
  const onSnapshot = async (cluster: ReadCluster): Promise<void> => {
    const { namespace } = values;
    plans.push(await planManifests({ cluster, manifests, namespace, nodePools, deletions }));
  };
  const read = await readCluster({ ...values, onSnapshot }, io, context);
  if (typeof read === 'number') return read;
  for (const problem of read) io.err(`evenkeel plan: ${oneLine(problem)}\n`);
  const [only, second] = plans;
  if (second !== undefined)
    throw new InputError(
      `a plan is for one cluster, but there are ${plans.length}; select one with --cluster NAME`,
    );
  if (only === undefined) return 3;
  for (const problem of only.problems) io.err(`evenkeel plan: ${problemLine(problem)}\n`);
  for (const output of outputs) {
    const colour = io.colour && output.file === undefined;
    write(output, rendered(only, output.format, colour), `plan as ${output.format}`, io);
  }
  return exitStatus(only, failOn);
}

/** A shell makes several paths of `--with *.yaml`; all of them are meant. */
function manifestNames(given: readonly string[], more: readonly string[]): readonly string[] {
  const [first] = more;
  if (given.length === 0 && first !== undefined)
    throw new InputError(`unexpected argument ${JSON.stringify(first)}; manifests follow --with`);
  return [...given, ...more];
}

function rendered(planned: Plan, format: (typeof formats)[number], colour: boolean): string {
  switch (format) {
    case 'text':
      return planText(planned, colour);
    case 'markdown':
      return planMarkdown(planned);
    case 'json':
      return planJson(planned);
    case 'sarif':
      return planSarif(planned);
  }
}

const planOutputs = {
  formats,
  formatOfFile: formatOf,
  endings: '.txt, .md, .json, .sarif',
} as const;

function formatOf(file: string): (typeof formats)[number] | undefined {
  if (/\.(?:md|markdown)$/iu.test(file)) return 'markdown';
  if (/\.sarif(?:\.json)?$/iu.test(file)) return 'sarif';
  if (/\.json$/iu.test(file)) return 'json';
  return /\.(?:txt|text)$/iu.test(file) ? 'text' : undefined;
}

function deletionNamed(text: string): Deletion {
  const deletion = deletionOf(text);
  if (typeof deletion === 'string') throw new InputError(`--delete: ${deletion}`);
  return deletion;
}

/** The cluster that is meant: saved, or live. */
interface ClusterSource {
  readonly from: readonly string[];
  readonly subscription: readonly string[];
  readonly cluster?: string | undefined;
  readonly kubernetes?: string | undefined;
  readonly policy?: string | undefined;
  readonly onSnapshot: (cluster: ReadCluster) => Promise<void>;
}

/** Reads the cluster. @returns Lines about what could not be read, or an exit status. */
async function readCluster(
  source: ClusterSource,
  io: Terminal,
  context: AppContext,
): Promise<readonly string[] | number> {
  const { from, subscription, cluster, kubernetes, policy, onSnapshot } = source;
  const common = {
    clusters: cluster === undefined ? [] : [cluster],
    onSnapshot,
    ...(policy !== undefined && { policy: policyOfFile(policy) }),
    ...(kubernetes !== undefined && { kubernetes }),
  };
  if (from.length > 0) {
    if (subscription.length > 0)
      throw new InputError(
        '--from reads saved data and --subscription live data; use only one of them',
      );
    const { auditFolders } = await import('../audit/audit-folders.ts');
    const { report, problems } = await auditFolders({
      ...common,
      directories: from,
      now: context.now,
    });
    return [...problems, ...reasons(report.clusters)];
  }
  if (cluster === undefined)
    throw new InputError(
      'a plan needs a cluster: --from SNAPSHOT, or --cluster NAME for a live one',
    );
  const { auditHere } = await import('../service/audit-here.ts');
  const progress = progressOn(io);
  const audited = await untilInterrupted(io, (signal) =>
    auditHere(context, { ...common, subscriptions: subscription, signal }),
  ).finally(progress.end);
  if (audited === undefined) {
    io.err('evenkeel plan: interrupted\n');
    return interrupted;
  }
  if (audited.kind === 'audited') return [...audited.problems, ...reasons(audited.report.clusters)];
  return nothingDone(io, 'plan', audited.why);
}

/** Why a cluster was read in part or not at all. */
function reasons(
  clusters: readonly { readonly name: string; readonly result: string; readonly reason?: string }[],
): readonly string[] {
  return clusters.flatMap(({ name, result, reason }) =>
    result === 'complete' ? [] : [`${name}: ${result}${reason === undefined ? '' : `: ${reason}`}`],
  );
}

/** 1 where the plan is as bad as `--fail-on` says, 2 where something given could not be planned, else 0. */
function exitStatus(
  { effect, findings, problems }: Plan,
  failOn: (typeof failOnWords)[number],
): number {
  // What cannot be known is no pass; what the scheduler may make worse is none either.
  const worse = effect === 'worse' || effect === 'maybe-worse' || effect === 'unknown';
  if (failOn === 'worse' && worse) return 1;
  if (failOn !== 'worse' && failOn !== 'never') {
    const from = severities.indexOf(failOn);
    if (findings.new.some(({ finding }) => severities.indexOf(finding.severity) <= from)) return 1;
  }
  return problems.length > 0 ? 2 : 0;
}
