import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readKubernetes } from '../../shared/collect/cluster-objects.ts';
import type { KubernetesTransport } from '../../shared/collect/index.ts';
import { Problems } from '../../shared/input/index.ts';
import { clusterTopology, machineIdOf } from '../../shared/load-balancing/index.ts';
import { unread } from '../../shared/model/index.ts';
import { kubernetesFolder, readJson } from './recorded/bodies.ts';
import { valueOf } from './recorded/mapping.ts';
import { testRecorded } from './recorded/test-recorded.ts';

/** Objects of real AKS clusters, from 1.12 to 2024, through the reader of production. */

const kinds: Readonly<Record<string, string>> = {
  nodes: 'NodeList',
  services: 'ServiceList',
  pods: 'PodList',
  deployments: 'DeploymentList',
};

async function read(lists: Readonly<Record<string, readonly unknown[]>>) {
  const transport: KubernetesTransport = {
    get(requestPath) {
      const name = requestPath.split('/').at(-1) ?? '';
      const items = lists[name];
      const body = items === undefined ? {} : { kind: kinds[name], items };
      return Promise.resolve({
        status: items === undefined ? 404 : 200,
        source: requestPath,
        body: JSON.stringify(body),
      });
    },
  };
  const problems = new Problems();
  const managedCluster = unread('not of interest here');
  const slices = await readKubernetes({ transport, managedCluster, problems });
  return { slices, problems: problems.lines };
}

function recorded(file: string): Readonly<Record<string, unknown>> {
  return readJson(path.join(kubernetesFolder, file));
}

function itemsOf(file: string): readonly unknown[] {
  return recorded(file)['items'] as readonly unknown[];
}

function labelled(name: string, labels: object): unknown {
  return { metadata: { name, labels }, spec: {} };
}

describe('objects of real AKS clusters', () => {
  testRecorded('a node of 2021: its pool by the old label, its machine by providerID', async () => {
    const { slices, problems } = await read({
      nodes: itemsOf('node-list.vmss-1.19.json'),
    });
    expect(problems).toEqual([]);
    const [node] = valueOf(slices.nodes);
    expect(node).toMatchObject({
      name: 'aks-nodepool1-24816391-vmss000000',
      ready: 'true',
      unschedulable: false,
      deleting: false,
      taints: [],
      internalIps: ['10.240.0.4'],
    });
    expect(machineIdOf(node?.providerId ?? '')).toEqual({
      kind: 'scale-set-instance',
      subscriptionId: '3b875bf3-0eec-4d8c-bdee-25c7ccc1f130',
      resourceGroup: 'mc_davidaks16_davidaks16_westus2',
      scaleSet: 'aks-nodepool1-24816391-vmss',
      instance: '0',
    });
    expect(node?.labels.has('kubernetes.azure.com/agentpool')).toBe(false);
    const topology = clusterTopology({
      nodes: valueOf(slices.nodes),
      networkInterfaces: unread(''),
      virtualMachines: unread(''),
      managedCluster: unread(''),
      loadBalancers: unread(''),
    });
    expect(node && topology.poolOf(node)).toBe('nodepool1');
    expect(node && topology.vmSetOf(node)).toEqual({
      kind: 'set',
      name: 'aks-nodepool1-24816391-vmss',
    });
  });

  testRecorded(
    'a Service of 2019 has no families, no finalizers and no node port for health',
    async () => {
      const { slices, problems } = await read({
        services: [recorded('service.lb-cluster-1.12.json')],
      });
      expect(problems).toEqual([]);
      const [service] = valueOf(slices.services);
      expect(service).toMatchObject({
        namespace: 'wus-r3',
        name: 'wus-r3-nginx-ingress-controller',
        uid: 'c02303d4-3486-11e9-af86-3a34feac8483',
        externalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        sessionAffinity: 'None',
        allocateLoadBalancerNodePorts: true,
        ingressIps: ['52.183.117.124'],
        ports: [
          { name: 'http', port: 80, nodePort: 31560, protocol: 'TCP' },
          { name: 'https', port: 443, nodePort: 30518, protocol: 'TCP' },
        ],
      });
      expect(service).not.toHaveProperty('healthCheckNodePort');
    },
  );

  testRecorded('a Service of 2023 with Local, whose target ports are names', async () => {
    const { slices, problems } = await read({
      services: [recorded('service.lb-local-2023.partial.json')],
    });
    expect(problems).toEqual([]);
    const [service] = valueOf(slices.services);
    expect(service).toMatchObject({
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31497,
      ports: [
        { port: 80, appProtocol: 'http', nodePort: 31669 },
        { port: 443, appProtocol: 'https', nodePort: 32621 },
      ],
      selector: undefined,
      ingressIps: [],
    });
    expect([...(service?.annotations ?? [])]).toEqual([
      ['service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path', '/healthz'],
    ]);
  });

  testRecorded('a Deployment with a null in its template', async () => {
    const { slices, problems } = await read({
      deployments: [recorded('deployment.ingress-nginx-2023.partial.json')],
    });
    expect(problems).toEqual([]);
    const [deployment] = valueOf(slices.deployments);
    expect(deployment).toMatchObject({
      kind: 'Deployment',
      replicas: 3,
      podSpec: { tolerations: [] },
    });
    expect(deployment?.podLabels.get('app.kubernetes.io/name')).toBe('ingress-nginx');
  });

  testRecorded(
    'pods of kube-system: tolerations without a key, and without an operator',
    async () => {
      const { slices, problems } = await read({
        nodes: [],
        pods: itemsOf('pod-list.kube-system.json'),
      });
      expect(problems).toEqual([]);
      const pods = valueOf(slices.pendingPods);
      expect(pods).toHaveLength(10);
      const proxy = pods.find(({ name }) => name.startsWith('kube-proxy-'));
      expect(proxy).toMatchObject({
        phase: 'Running',
        node: 'aks-newpool-21676506-vmss000000',
        mirror: false,
        owner: { kind: 'DaemonSet', name: 'kube-proxy' },
      });
      expect(proxy?.spec.tolerations).toEqual([
        { key: 'CriticalAddonsOnly', operator: 'Exists', value: '', effect: '' },
        { key: '', operator: 'Exists', value: '', effect: 'NoExecute' },
        { key: '', operator: 'Exists', value: '', effect: 'NoSchedule' },
      ]);
      const dns = pods.find(({ name }) => name.startsWith('coredns-'));
      expect(dns?.spec.tolerations).toContainEqual({
        key: 'node-role.kubernetes.io/master',
        operator: '',
        value: '',
        effect: 'NoSchedule',
      });
      expect(dns?.spec.tolerations).toContainEqual({
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        value: '',
        effect: 'NoExecute',
        tolerationSeconds: 30,
      });
      expect(dns?.spec.preferredPodAntiAffinity.length ?? 0).toBeGreaterThan(0);
    },
  );

  testRecorded('labels of a node of 2024 and of one of node auto-provisioning', async () => {
    const labels = recorded('node-labels.vmss-2024.partial.json');
    const nap = {
      agentpool: '',
      'kubernetes.azure.com/agentpool': '',
      'karpenter.sh/nodepool': 'default',
    };
    const { slices } = await read({ nodes: [labelled('a', labels), labelled('b', nap)] });
    const nodes = valueOf(slices.nodes);
    const topology = clusterTopology({
      nodes,
      networkInterfaces: unread(''),
      virtualMachines: unread(''),
      managedCluster: unread(''),
      loadBalancers: unread(''),
    });
    expect(nodes.map((each) => topology.poolOf(each))).toEqual(['newpool', 'default']);
    // Nothing says that these are Ready, so nothing may take them to be.
    expect(nodes.map(({ ready }) => ready)).toEqual(['unknown', 'unknown']);
  });
});

describe('the address of a Service', () => {
  test.each([
    { what: 'an address', ingress: [{ ip: '20.1.2.3' }], ips: ['20.1.2.3'], names: undefined },
    { what: 'a name', ingress: [{ hostname: 'a.example' }], ips: [], names: ['a.example'] },
    {
      what: 'both',
      ingress: [{ ip: '20.1.2.3', hostname: 'a.example' }],
      ips: ['20.1.2.3'],
      names: ['a.example'],
    },
    { what: 'none', ingress: [], ips: [], names: undefined },
  ])('$what', async ({ ingress, ips, names }) => {
    const { slices, problems } = await read({
      services: [
        {
          metadata: { namespace: 'shop', name: 'web' },
          spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
          status: { loadBalancer: { ingress } },
        },
      ],
    });
    expect(problems).toEqual([]);
    const [service] = valueOf(slices.services);
    expect(service?.ingressIps).toEqual(ips);
    expect(service?.ingressHostnames).toEqual(names);
  });
});
