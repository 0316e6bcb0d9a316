import type { KubernetesAnswer, KubernetesTransport } from '../../shared/collect/index.ts';

/** What a list call asked for. */
export interface AskedList {
  readonly path: string;
  readonly fieldSelector: string;
  readonly continue: string;
  readonly limit: number;
  readonly resourceVersion: string;
}

/** `NodeList` of `/api/v1/nodes`. */
export function kindOfPath(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  const kinds: Readonly<Record<string, string>> = {
    endpointslices: 'EndpointSliceList',
    statefulsets: 'StatefulSetList',
    daemonsets: 'DaemonSetList',
    ingresses: 'IngressList',
    ingressclasses: 'IngressClassList',
    gatewayclasses: 'GatewayClassList',
    httproutes: 'HTTPRouteList',
    grpcroutes: 'GRPCRouteList',
    referencegrants: 'ReferenceGrantList',
    networkpolicies: 'NetworkPolicyList',
  };
  return kinds[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1, -1)}List`;
}

/** A Kubernetes API that answers with bodies, and remembers what it was asked. */
export function answeringWith(
  answer: (asked: AskedList, call: number) => { readonly status?: number; readonly body: unknown },
): KubernetesTransport & { readonly asked: readonly AskedList[] } {
  const asked: AskedList[] = [];
  return {
    asked,
    get(path, query): Promise<KubernetesAnswer> {
      const list = {
        path,
        fieldSelector: query.get('fieldSelector') ?? '',
        continue: query.get('continue') ?? '',
        limit: Number(query.get('limit') ?? 0),
        resourceVersion: query.get('resourceVersion') ?? '',
      };
      asked.push(list);
      const { status = 200, body } = answer(list, asked.length);
      return Promise.resolve({ status, source: path, body: JSON.stringify(body) });
    },
  };
}
