import { read, type ClusterSnapshot, type LoadBalancerService } from '../model/index.ts';
import { find, type Listed } from './rows.ts';
import type { Deletion } from './types.ts';

const deletable: ReadonlyMap<
  string,
  {
    readonly slice: Exclude<Listed, 'namespaces' | 'ingressClasses' | 'gatewayClasses'>;
    readonly kind: string;
  }
> = new Map([
  ['service', { slice: 'services', kind: 'Service' }],
  ['deployment', { slice: 'deployments', kind: 'Deployment' }],
  ['statefulset', { slice: 'statefulSets', kind: 'StatefulSet' }],
  ['ingress', { slice: 'ingresses', kind: 'Ingress' }],
  ['gateway', { slice: 'gateways', kind: 'Gateway' }],
  ['httproute', { slice: 'httpRoutes', kind: 'HTTPRoute' }],
  ['grpcroute', { slice: 'grpcRoutes', kind: 'GRPCRoute' }],
  ['referencegrant', { slice: 'referenceGrants', kind: 'ReferenceGrant' }],
  ['networkpolicy', { slice: 'networkPolicies', kind: 'NetworkPolicy' }],
  ['daemonset', { slice: 'daemonSets', kind: 'DaemonSet' }],
]);

const shortNames: ReadonlyMap<string, string> = new Map([
  ['svc', 'service'],
  ['deploy', 'deployment'],
  ['sts', 'statefulset'],
  ['ds', 'daemonset'],
  ['ing', 'ingress'],
  ['ingresses', 'ingress'],
  ['gtw', 'gateway'],
  ['netpol', 'networkpolicy'],
  ['networkpolicies', 'networkpolicy'],
]);

/** Kinds that `--delete` takes, as people write them. */
export function deletableKind(kind: string): string | undefined {
  const word = kind.toLowerCase();
  const names = [word, word.replace(/s$/u, ''), shortNames.get(word) ?? ''];
  return names.find((each) => deletable.has(each));
}

/** The cluster without the object; a text says why there is nothing to delete. */
export function withoutObject(
  snapshot: ClusterSnapshot,
  { kind, namespace, name }: Deletion,
):
  | {
      readonly snapshot: ClusterSnapshot;
      readonly kind: string;
      readonly service?: LoadBalancerService;
    }
  | string {
  const word = deletableKind(kind);
  const known = deletable.get(word ?? '');
  if (known === undefined)
    return `this kind is not planned; it takes ${[...deletable.values()]
      .map((each) => each.kind)
      .join(', ')}`;
  const isInner =
    known.slice === 'services' &&
    find(snapshot.services, { namespace, name }) === undefined &&
    find(snapshot.clusterIpServices, { namespace, name }) !== undefined;
  const { kind: title } = known;
  const slice = isInner ? 'clusterIpServices' : known.slice;
  const rows = snapshot[slice];
  if (rows.kind === 'unread') return `${slice} were not read: ${rows.why}`;
  const found = find<{ namespace: string; name: string }>(rows, { namespace, name });
  if (found === undefined)
    return slice === 'services'
      ? 'the cluster has no such Service of type LoadBalancer or ClusterIP'
      : `the cluster has no such ${title}`;
  const left = (rows.value as readonly { namespace: string; name: string }[]).filter(
    (row) => row !== found,
  );
  const service = slice === 'services' ? find(snapshot.services, { namespace, name }) : undefined;
  return {
    snapshot: { ...snapshot, [slice]: read(left) },
    kind: title,
    ...(service !== undefined && { service }),
  };
}
