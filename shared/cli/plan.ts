import { readFileSync } from 'node:fs';
import type { ReadCluster } from '../audit/on-snapshot.ts';
import { InputError } from '../audit/input-error.ts';
import {
  deletionOf,
  planManifests,
  nodePoolChange,
  type Deletion,
  type Plan,
  type NodePoolChange,
  type NodePoolText,
} from '../plan/index.ts';
import { atLeast } from '../rules/index.ts';
import { escapeObeyed, type Report } from '../report/index.ts';
import { runAudit } from './audit.ts';
import { limitHeapGrowth } from './memory.ts';
import { noValues, oneOf, readOptions } from './options.ts';
import { outputsOf, write } from './outputs.ts';
import { manifestFiles } from './plan/files.ts';
import { planMarkdown } from './plan/markdown.ts';
import { planSarif } from './plan/sarif.ts';
import { planText, problemLine } from './plan/text.ts';
import { oneLine, type Invocation } from './terminal.ts';
import { version } from '../audit/version.ts';

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
export async function plan({ args, io, context }: Invocation): Promise<number> {
  const { nodePools, rest } = poolArguments(args);
  const { values, positionals } = readOptions(rest, options, mostFiles);
  limitHeapGrowth(values.from);
  const failOn = oneOf('fail-on', values['fail-on'], failOnWords);
  const outputs = outputsOf(values.format, values.output, formats);
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
  if (values.from.length === 0 && values.cluster === undefined)
    throw new InputError(
      'a plan needs a cluster: --from SNAPSHOT, or --cluster NAME for a live one',
    );
  const target = { ...values, cluster: values.cluster === undefined ? [] : [values.cluster] };
  const read = await runAudit('plan', { ...target, onSnapshot }, { io, context });
  if (typeof read === 'number') return read;
  for (const problem of [...read.problems, ...reasons(read.report)])
    io.err(`evenkeel plan: ${oneLine(problem)}\n`);
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

function deletionNamed(text: string): Deletion {
  const deletion = deletionOf(text);
  if (typeof deletion === 'string') throw new InputError(`--delete: ${deletion}`);
  return deletion;
}

/** Why a cluster was read in part or not at all. */
function reasons({ clusters }: Report): readonly string[] {
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
  const isSevere =
    failOn !== 'worse' &&
    failOn !== 'never' &&
    findings.new.some(({ finding }) => atLeast(finding.severity, failOn));
  if (isSevere) return 1;
  return problems.length > 0 ? 2 : 0;
}

/** The plan as JSON, version 1; shares are fractions of 1, times ISO 8601 UTC. */
export function planJson(result: Plan): string {
  const document = { schemaVersion: '1.0', tool: { name: 'evenkeel', version }, ...result };
  return `${escapeObeyed(JSON.stringify(document, undefined, 2))}\n`;
}

interface PoolArguments {
  readonly nodePools: readonly NodePoolChange[];
  /** What is left for the other options. */
  readonly rest: readonly string[];
}

const ofPool = ['taint', 'label', 'count'] as const;

/**
 * `--node-pool NAME --taint … --label … --count N`, any number of times: what follows a pool's name
 * belongs to that pool.
 * @throws {InputError} for an option that stands before any pool, and for values that are none.
 */
function poolArguments(args: readonly string[]): PoolArguments {
  const pools: { name: string; taints: string[]; labels: string[]; count?: number }[] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? '';
    const [, option = '', inline] = /^--([a-z-]+)(?:=(.*))?$/su.exec(argument) ?? [];
    const known = ofPool.find((each) => each === option);
    if (option !== 'node-pool' && known === undefined) {
      rest.push(argument);
      continue;
    }
    const value = inline ?? args[++at];
    if (value === undefined) throw new InputError(`--${option} needs a value`);
    if (known === undefined) {
      pools.push({ name: value, taints: [], labels: [] });
      continue;
    }
    const pool = pools.at(-1);
    if (pool === undefined)
      throw new InputError(`--${known} applies to a node pool; put --node-pool NAME before it`);
    if (known === 'taint') pool.taints.push(value);
    else if (known === 'label') pool.labels.push(value);
    else pool.count = /^\d{1,6}$/u.test(value) ? Number(value) : Number.NaN;
  }
  return { nodePools: pools.map(changeOf), rest };
}

function changeOf(text: NodePoolText): NodePoolChange {
  const change = nodePoolChange(text);
  if (typeof change === 'string') throw new InputError(`--node-pool ${text.name}: ${change}`);
  if (
    change.count === undefined &&
    change.addTaints.length +
      change.removeTaints.length +
      change.labels.size +
      change.removeLabels.length ===
      0
  )
    throw new InputError(
      `--node-pool ${text.name}: specify the change with --taint, --label or --count`,
    );
  return change;
}
