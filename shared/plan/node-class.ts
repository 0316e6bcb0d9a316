import { clusterViewOf } from '../facts/index.ts';
import { findRules, poolsOfRules } from '../load-balancing/index.ts';
import { subjectText, valueOr, type ClusterSnapshot, type Node } from '../model/index.ts';
import type { PlannedService } from './endpoints.ts';
import type { WorkloadKey } from './pod-index.ts';

/** Texts by node, in whatever order they are noted. */
export function nodeNotes(): {
  readonly note: (name: string, text: string) => void;
  /** Sorted. */
  readonly notesOf: (node: Node) => readonly string[];
} {
  const texts = new Map<string, string[]>();
  return {
    note(name, text) {
      const list = texts.get(name) ?? [];
      texts.set(name, list);
      list.push(text);
    },
    notesOf: ({ name }) => texts.get(name)?.toSorted() ?? [],
  };
}

/** What tells a node apart for the Services that a workload serves: pools, state, and pods that are there. */
export function nodeClass(
  snapshot: ClusterSnapshot,
  plannedServices: readonly PlannedService[],
  key: WorkloadKey,
): (node: Node) => string {
  const view = clusterViewOf(snapshot);
  const finder = findRules(valueOr(snapshot.loadBalancers, []));
  const { note, notesOf } = nodeNotes();
  for (const here of plannedServices) {
    const { service } = here;
    for (const pool of poolsOfRules(finder(service)))
      for (const { node, adminState } of view.members(pool).nodes)
        note(node.name, `${pool.id} ${adminState ?? ''}`);
    const counts = new Map<string, number>();
    for (const slice of here.slices(new Map([[key, []]])))
      for (const { node, ready } of slice.endpoints)
        if (node !== undefined)
          counts.set(`${node} ${ready}`, (counts.get(`${node} ${ready}`) ?? 0) + 1);
    for (const [text, count] of counts) {
      const [node = '', ready = ''] = text.split(' ');
      note(node, `${subjectText(service)} ${ready} ${count}`);
    }
  }
  return (node) => {
    const state = view.nodes.get(node.name);
    return JSON.stringify([
      notesOf(node),
      state?.ready,
      state?.kubeProxy,
      state?.leaving,
      // Security groups and policies may differ from pool to pool.
      state?.nodePool,
    ]);
  };
}
