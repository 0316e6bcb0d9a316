import { nodeName } from '../../../shared/model/index.ts';
import {
  endpoint,
  kubeProxy,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  pod,
  slice,
  staleMember,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { testForms, system, user } from './forms.ts';

const onThree = slice([endpoint('a', 'user-0'), endpoint('b', 'user-1'), endpoint('c', 'user-2')]);

const dnsNames = ['k', 'l', 'm', 'n', 'o'];

const dnsPods = dnsNames.map((name) => pod(name, { namespace: 'dns' }));

const ofDns = slice(
  dnsNames.map((name) => endpoint(name, 'system-0')),
  { namespace: 'dns' },
);

const onOneNode = { ...kubeProxy(), statusCount: 1 };

function onlyPodOf(namespace: string) {
  // The builders' Service has a slice in `shop`.
  return [slice([endpoint(`${namespace}-1`, 'system-0')], { namespace })];
}

const podOn = (name: string, owner: string, hash?: string) =>
  pod(name, {
    namespace: 'kube-system',
    owner: { kind: hash === undefined ? 'DaemonSet' : 'ReplicaSet', name: owner },
    labels: new Map(hash === undefined ? [] : [['pod-template-hash', hash]]),
  });

/** kube-proxy with so many nodes to run on, and one of its pods. */
function proxyOn(statusCount: number): SnapshotChanges {
  return {
    daemonSets: [{ ...kubeProxy(), statusCount }],
    systemPods: [podOn('p-1', 'kube-proxy')],
  };
}

function proxyNamed(name: string) {
  return workload({ ...kubeProxy(), name });
}

function ownedBy(name: string, uid: string) {
  return pod(`${name}-1`, { namespace: 'kube-system', owner: { kind: 'DaemonSet', name, uid } });
}

testForms([
  {
    form: 'b: endpoints name nodes that are not listed',
    given: { nodes: [system], loadBalancers: [loadBalancer({ members: [nicMember(system)] })] },
    slices: ['nodes'],
  },
  {
    form: 'b, sound: a node left, one of three with endpoints',
    given: {
      endpointSlices: [
        slice([endpoint('a', 'user-0'), endpoint('b', 'user-1'), endpoint('c', 'user-2')]),
      ],
    },
    slices: [],
  },
  {
    form: 'b, sound: what ends on nodes that left',
    given: {
      endpointSlices: [
        slice([
          endpoint('a', 'user-0'),
          endpoint('b', 'gone-1', { terminating: true }),
          endpoint('c', 'gone-2', { terminating: true }),
        ]),
      ],
    },
    slices: [],
  },
  {
    form: 'b: a DaemonSet should run on twice as many nodes as are listed',
    given: { ...proxyOn(6) },
    slices: ['nodes'],
  },
  {
    form: 'b: it should run on one more, which an endpoint names',
    given: { ...proxyOn(4), endpointSlices: [onThree] },
    slices: ['nodes'],
  },
  {
    form: 'b: it should run on one more, and a pool has a machine of no node',
    given: {
      ...proxyOn(4),
      loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })],
    },
    slices: ['nodes'],
  },
  {
    form: 'b, sound: a node came after nodes were listed, one of four',
    given: { ...proxyOn(4) },
    slices: [],
  },
  {
    form: 'b, sound: two came, and a pool still has the machine of one that left',
    given: {
      ...proxyOn(5),
      loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })],
    },
    slices: [],
  },
  {
    form: 'b, sound: a node left, and endpoints and the pool still have it',
    given: {
      ...proxyOn(3),
      endpointSlices: [onThree],
      loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })],
    },
    slices: [],
  },
  {
    form: 'b, sound: nodes of hosted system pools may be out of sight',
    given: {
      ...proxyOn(6),
      managedCluster: managedCluster({ hostedSystemPools: true }),
    },
    slices: [],
  },
  { form: 'f: no DaemonSet', given: { daemonSets: [] }, slices: ['daemonSets'] },
  {
    form: 'f: no DaemonSet is to run on half of the nodes',
    given: { daemonSets: [onOneNode] },
    slices: ['daemonSets'],
  },
  {
    form: 'f: of very many DaemonSets none is to run on half of the nodes',
    given: { daemonSets: Array.from({ length: 200_000 }, () => onOneNode) },
    slices: ['daemonSets'],
  },
  {
    form: 'f, sound: one of them is to run on few',
    given: {
      daemonSets: [
        { ...kubeProxy(), statusCount: 2 },
        { ...proxyNamed('gpu'), statusCount: 1 },
      ],
    },
    slices: [],
  },
  {
    form: 'f, sound: virtual nodes and those of Windows have none',
    given: {
      nodes: [
        user,
        node('win-0', { labels: new Map([['kubernetes.io/os', 'windows']]) }),
        node('virtual-0', { labels: new Map([['type', 'virtual-kubelet']]) }),
      ],
      daemonSets: [onOneNode],
      endpointSlices: [slice([endpoint('a', 'user-0')])],
      loadBalancers: [loadBalancer({ members: [nicMember(user)] })],
    },
    slices: [],
  },
  { form: 'f: no Namespace', given: { namespaces: [] }, slices: ['namespaces'] },
  {
    form: 'f: no pod of a system node, where endpoints are on one',
    given: {
      endpointSlices: [slice([endpoint('a', 'user-0'), endpoint('b', 'system-0')])],
      systemPods: [],
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f: no pod of a system node, where a DaemonSet runs on more nodes than there are others',
    given: { systemPods: [], daemonSets: [{ ...kubeProxy(), statusCount: 3 }] },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f, sound: no pod of a system node, where a DaemonSet runs on the others only',
    given: { systemPods: [], daemonSets: [{ ...kubeProxy(), statusCount: 2 }] },
    slices: [],
  },
  {
    form: 'f: pods of one namespace only',
    given: {
      daemonSets: [{ ...kubeProxy(), statusCount: 3 }],
      systemPods: [pod('web-1', { node: nodeName('system-0') })],
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f: all pods of a namespace are lacking that endpoints name on system nodes',
    given: {
      endpointSlices: [
        slice(['a', 'b', 'c', 'd'].map((name) => endpoint(name, 'system-0'))),
        slice(
          ['k', 'l', 'm', 'n', 'o'].map((name) => endpoint(name, 'system-0')),
          { namespace: 'dns' },
        ),
      ],
      systemPods: ['k', 'l', 'm', 'n', 'o'].map((name) => pod(name, { namespace: 'dns' })),
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f: none of the only pods of two namespaces is listed, beside others',
    given: {
      endpointSlices: [ofDns, ...onlyPodOf('shop'), ...onlyPodOf('pay')],
      systemPods: dnsPods,
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f, sound: the only pod of a namespace was replaced between two lists',
    given: { endpointSlices: [ofDns, ...onlyPodOf('shop')], systemPods: dnsPods },
    slices: [],
  },
  {
    form: 'f, sound: a pod was replaced between two lists',
    given: {
      endpointSlices: [slice(['a', 'b', 'c'].map((name) => endpoint(name, 'system-0')))],
      systemPods: ['a', 'b', 'd'].map((name) => pod(name)),
    },
    slices: [],
  },
  {
    form: 'f, sound: a cluster without nodes',
    given: {
      nodes: [],
      endpointSlices: [slice([])],
      daemonSets: [],
      loadBalancers: [loadBalancer()],
    },
    slices: [],
  },
  {
    form: 'h: DaemonSets that pods name',
    given: { systemPods: [podOn('a-1', 'a'), podOn('b-1', 'b'), podOn('p-1', 'kube-proxy')] },
    slices: ['daemonSets'],
  },
  {
    form: 'h: Deployments by the hash of their ReplicaSets',
    given: { systemPods: [podOn('c-1', 'coredns-6f8', '6f8')] },
    slices: ['deployments'],
  },
  {
    form: 'h: DaemonSets of another cluster have their names, and other uids',
    given: {
      daemonSets: ['a', 'b'].map((name) => ({ ...proxyNamed(name), uid: 'theirs' })),
      systemPods: ['a', 'b'].map((name) => ownedBy(name, 'ours')),
    },
    slices: ['daemonSets'],
  },
  {
    form: 'h, sound: one of three was made anew between two lists',
    given: {
      daemonSets: ['a', 'b', 'c'].map((name) => ({ ...proxyNamed(name), uid: name })),
      systemPods: [ownedBy('a', 'before'), ownedBy('b', 'b'), ownedBy('c', 'c')],
    },
    slices: [],
  },
  {
    form: 'h, sound: one of three was deleted between two lists',
    given: {
      daemonSets: ['a', 'b'].map((name) => workload({ ...kubeProxy(), name })),
      systemPods: [podOn('a-1', 'a'), podOn('b-1', 'b'), podOn('c-1', 'c')],
    },
    slices: [],
  },
  {
    form: 'h, sound: a ReplicaSet of its own',
    given: {
      systemPods: [
        pod('r-1', { owner: { kind: 'ReplicaSet', name: 'r' }, node: nodeName('system-0') }),
      ],
    },
    slices: [],
  },
]);
