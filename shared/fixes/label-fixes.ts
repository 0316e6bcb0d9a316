import type { Cluster } from '../facts/index.ts';
import type { NodeSelectorTerm, PodSpec, Requirement, Subject } from '../model/index.ts';
import { aksNodePool, kubectlOn } from './commands.ts';
import type { Fix } from './fix.ts';
import { quoted } from './text.ts';
import { patchStep } from './workload-fixes.ts';
import type { DeadLabel } from '../placement/index.ts';

/** Fixes for labels that lead nowhere; each says what it costs. Commands are shown, never run. */
export function labelFixes(
  subject: Subject,
  spec: PodSpec,
  dead: readonly DeadLabel[],
  cluster: Cluster,
): readonly Fix[] {
  return [correctAffinity(subject, spec, dead), ...labelPool(dead, cluster)];
}

/** With the nearest label where there is one, and else without the dead part. */
function correctAffinity(
  { kind, namespace = 'default', name }: Subject,
  spec: PodSpec,
  dead: readonly DeadLabel[],
): Fix {
  const guessed = dead.some(({ near }) => near !== undefined);
  const title = guessed
    ? 'Correct the label (closest match on the nodes)'
    : 'Remove the terms that match no node from the affinity';
  if (kind !== 'Deployment' && kind !== 'StatefulSet' && kind !== 'DaemonSet')
    return {
      title,
      steps: [kubectlOn({ kind, namespace, name }, 'edit')],
      price: ['placement is immutable: delete and recreate the object'],
    };
  const terms = (spec.requiredNodeAffinity ?? []).flatMap((term) => corrected(term, dead));
  const preferred = spec.preferredNodeAffinity.flatMap(({ weight, term }) =>
    corrected(term, dead).map((preference) => ({ weight, preference })),
  );
  const nodeAffinity = {
    ...(dead.some(({ where }) => where === 'required') && {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
    }),
    ...(dead.some(({ where }) => where === 'preferred') && {
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    }),
  };
  return {
    title,
    steps: [patchStep({ kind, namespace, name }, { affinity: { nodeAffinity } })],
    price: [
      'pods are restarted',
      'pods may be scheduled where the removed terms did not allow them',
    ],
  };
}

/** A term whose dead part cannot be guessed is left out as a whole: it matched nothing. */
function corrected(
  { matchExpressions, matchFields }: NodeSelectorTerm,
  dead: readonly DeadLabel[],
): readonly object[] {
  const kept: Requirement[] = [];
  for (const requirement of matchExpressions) {
    const faults = dead.filter((each) => each.requirement === requirement);
    const whole = faults.find(({ value }) => value === undefined);
    if (whole?.near !== undefined) kept.push({ ...requirement, key: whole.near });
    else if (whole === undefined) {
      const values = requirement.values.flatMap((value) => {
        const fault = faults.find((each) => each.value === value);
        return fault === undefined ? [value] : (fault.near ?? []);
      });
      if (values.length > 0 || requirement.values.length === 0)
        kept.push({ ...requirement, values: [...new Set(values)] });
      else return [];
    } else return [];
  }
  const expressions = kept.map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values.length > 0 && { values }),
  }));
  return [
    {
      ...(expressions.length > 0 && { matchExpressions: expressions }),
      ...(matchFields.length > 0 && { matchFields }),
    },
  ];
}

/** Labels that AKS and Kubernetes write themselves cannot be put on a pool. */
const reserved = /(?:^|\.)(?:kubernetes\.azure\.com|kubernetes\.io|k8s\.io|karpenter\.sh)\//u;

function labelPool(dead: readonly DeadLabel[], cluster: Cluster): readonly Fix[] {
  const missing = dead.find(
    ({ requirement: { key, operator }, where, kind }) =>
      where === 'required' && kind !== 'no-effect' && operator === 'In' && !reserved.test(key),
  );
  if (missing === undefined) return [];
  const { key, values } = missing.requirement;
  const label = `${key}=${missing.value ?? values[0] ?? ''}`;
  return [
    {
      title: `Label the intended nodes (${label})`,
      steps: [
        aksNodePool(cluster, 'update', 'NODE_POOL', `--labels ${quoted(label)} OTHER_LABELS`),
      ],
      price: [
        'the command replaces all labels of the pool: include the existing ones',
        'pods can be scheduled there from then on',
      ],
    },
  ];
}
