import type { Node, Taint, Workload } from '../../model/index.ts';
import {
  daemonSetOn,
  isTransientTaint,
  isVirtualNode,
  parseTaint,
  poolNameOf,
} from '../../placement/index.ts';
import { isKubeProxy } from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { patchStep } from '../fixes.ts';
import type { Fault, Severity } from '../rule.ts';
import { workloadSubject } from '../services.ts';
import { capped, counted, distinct, listed } from '../text.ts';
import { taintText } from './nodes.ts';

/**
 * Finds DaemonSets that do not cover nodes for want of a toleration, by the live tolerations: the
 * 2019 question whether kube-proxy tolerates a pool's taint, asked of every DaemonSet. Taints that
 * somebody plans (policy) are judged the same way.
 */
export const daemonsetMissingNodes = defineRule(
  {
    id: 'placement/daemonset-missing-nodes',
    title: 'A DaemonSet leaves out nodes whose taint it does not tolerate',
    why: 'Without kube-proxy a node cannot serve Services; without its agents it has no network, disks or logs.',
    remedy: 'Add the toleration to the DaemonSet, or take the taint off the pool.',
    severity: 'medium',
    source: 'placement.md §5.1, Q6, §10',
  },
  ['daemonSets', 'nodes'],
  ({ daemonSets, nodes }, { settings }) => {
    const real = nodes.filter((node) => !isVirtualNode(node));
    const planned = settings.plannedTaints.flatMap(({ nodePool, taint }) => {
      const parsed = parseTaint(taint);
      return parsed === undefined ? [] : [{ nodePool, taint: parsed }];
    });
    return {
      faults: daemonSets.flatMap((daemonSet): readonly Fault[] => {
        const missing = real.flatMap((node) => blockedBy(daemonSet, node));
        const would = planned.flatMap(({ nodePool, taint }) =>
          real
            .filter((node) => poolNameOf(node) === nodePool)
            .filter((node) => blockedBy(daemonSet, node).length === 0)
            .flatMap((node) => blockedBy(daemonSet, { ...node, taints: [...node.taints, taint] })),
        );
        if (missing.length === 0 && would.length === 0) return [];
        return [faultOf(daemonSet, missing, would)];
      }),
    };
  },
);

interface Blocked {
  readonly node: Node;
  readonly taint: Taint;
  /** A NoExecute taint also removes the pod that runs there. */
  readonly evicts: boolean;
}

function blockedBy(daemonSet: Workload, node: Node): readonly Blocked[] {
  const lasting = { ...node, taints: node.taints.filter((taint) => !isTransientTaint(taint)) };
  const { shouldRun, shouldStay, because } = daemonSetOn(daemonSet.podSpec, lasting);
  if (shouldRun || because?.kind !== 'taint') return [];
  return [{ node, taint: because.taint, evicts: !shouldStay }];
}

function faultOf(
  daemonSet: Workload,
  missing: readonly Blocked[],
  would: readonly Blocked[],
): Fault {
  const now = missing.length > 0;
  const blocked = now ? missing : would;
  const taints = distinct(blocked.map((each) => taintText(each.taint)));
  const pools = distinct(blocked.map((each) => poolNameOf(each.node) ?? 'no pool'));
  const name = `${daemonSet.namespace}/${daemonSet.name}`;
  const nodes = counted(blocked.length, 'node');
  return {
    subject: workloadSubject(daemonSet),
    severity: severityOf(daemonSet),
    title: `DaemonSet ${name} ${now ? 'does' : 'would'} not run on ${nodes}`,
    message: `${name} does not tolerate ${listed(taints)} on ${listed(pools)}, so ${now ? 'it has' : 'it would have'} no pod on ${nodes}${blocked.some((each) => each.evicts) ? ', and running pods there are removed' : '; pods that ran before the taint stay until they end'}.${isKubeProxy(daemonSet) ? ' Nodes without kube-proxy cannot serve Services: connections that reach them are lost.' : ''}`,
    causes: [now ? 'untolerated-taint' : 'planned-taint'],
    evidence: {
      nodes: capped(blocked.map((each) => each.node.name)),
      nodeCount: blocked.length,
      nodePools: pools,
      taints,
      plannedOnly: !now,
    },
    fixes: [
      {
        title: `Tolerate ${listed(taints)}`,
        steps: [patchStep(daemonSet, tolerationPatch(daemonSet, blocked))],
        price: ['pods start on those nodes and take room there'],
      },
    ],
  };
}

function severityOf(daemonSet: Workload): Severity {
  if (isKubeProxy(daemonSet)) return 'critical';
  return daemonSet.namespace === 'kube-system' ? 'high' : 'medium';
}

/** Tolerations are replaced as a whole by a patch, so the present ones are named again. */
function tolerationPatch(daemonSet: Workload, blocked: readonly Blocked[]): unknown {
  const wanted = new Map(
    blocked.map(({ taint }) => [
      taintText(taint),
      { key: taint.key, operator: 'Exists', effect: taint.effect },
    ]),
  );
  const present = daemonSet.podSpec.tolerations.map((toleration) =>
    Object.fromEntries(Object.entries(toleration).filter(([, value]) => value !== '')),
  );
  return { spec: { template: { spec: { tolerations: [...present, ...wanted.values()] } } } };
}
