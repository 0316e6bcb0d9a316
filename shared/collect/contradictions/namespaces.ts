import { valueOr, type ClusterSnapshot, type Read } from '../../model/index.ts';
import { wrongScope, type Contradiction } from './form.ts';

/** What lives in a namespace, slices of one list together. Events may outlive theirs. */
const lists = [
  ['services', 'clusterIpServices'],
  ['endpointSlices'],
  ['deployments'],
  ['statefulSets'],
  ['daemonSets'],
  ['systemPods', 'pendingPods'],
  ['ingresses'],
  ['gateways'],
  ['httpRoutes'],
  ['grpcRoutes'],
  ['referenceGrants'],
  ['networkPolicies'],
] as const;

/** Every cluster has them: that they are listed proves nothing. */
const everywhere: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/**
 * (i) Objects in namespaces that are not listed. What several lists name is there, and the list of
 * namespaces lacks it: more than half have to be lacking, as one may be made between two lists. What
 * only one list names, half of its namespaces or more, is another cluster's.
 */
export function namespacesOfObjects(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { namespaces } = snapshot;
  if (namespaces.kind === 'unread') return [];
  const listed = new Set(namespaces.value.map(({ name }) => name));
  const named = lists.map((slices) => {
    const objects = slices.flatMap((slice) => {
      const list: Read<readonly { readonly namespace: string }[]> = snapshot[slice];
      return valueOr(list, []);
    });
    const own = new Set(objects.map(({ namespace }) => namespace));
    return { slices, own: [...own].filter((name) => !listed.has(name) || !everywhere.has(name)) };
  });
  const byName = Map.groupBy(
    named.flatMap(({ own }) => own),
    (name) => name,
  );
  const isLacking = (name: string): boolean => !listed.has(name);
  const sure = [...byName].flatMap(([name, { length }]) => (length > 1 ? [name] : []));
  const [first] = sure.filter(isLacking);
  if (first !== undefined && sure.filter(isLacking).length * 2 > sure.length)
    return [
      {
        slice: 'namespaces',
        why: `the list lacks ${first}, in which several other lists have objects: ${wrongScope}`,
      },
    ];
  return named.flatMap(({ slices, own }) => {
    const alone = own.filter((name) => isLacking(name) && byName.get(name)?.length === 1);
    if (alone.length === 0 || alone.length * 2 < own.length) return [];
    const why = `${alone.length} of its ${own.length} namespaces, ${alone[0] ?? ''} among them, are not in namespaces nor in any other list: ${wrongScope}`;
    return slices
      .filter((slice) => snapshot[slice].kind === 'read')
      .map((slice) => ({ slice, why }));
  });
}
