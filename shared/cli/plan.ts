import { readFileSync } from 'node:fs';
import type { ReadCluster } from '../audit/on-snapshot.ts';
import { InputError } from '../audit/input-error.ts';
import { deletionOf, planManifests, type Deletion, type Plan } from '../plan/index.ts';
import { atLeast } from '../rules/index.ts';
import type { Report } from '../report/index.ts';
import { runAudit } from './audit.ts';
import { limitHeapGrowth } from './memory.ts';
import { noValues, oneOf, readOptions } from './options.ts';
import { outputsOf, write } from './outputs.ts';
import { poolArguments } from './plan/arguments.ts';
import { manifestFiles } from './plan/files.ts';
import { planJson } from './plan/json.ts';
import { planMarkdown } from './plan/markdown.ts';
import { planSarif } from './plan/sarif.ts';
import { planText, problemLine } from './plan/text.ts';
import { oneLine, type Invocation } from './terminal.ts';

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
