import { describe, expect, test } from '@jest/globals';
import { isolateSystemPool, migrateFromBasic } from '../../shared/fixes/cluster-fixes.ts';
import { daemonsetMissingNodes } from '../../shared/rules/placement/daemonset-missing-nodes.ts';
import { lostConnections } from '../../shared/rules/traffic/lost-connections.ts';
import { unschedulable } from '../../shared/rules/placement/unschedulable.ts';
import { userPodsOnSystemPool } from '../../shared/rules/placement/user-pods-on-system-pool.ts';
import type { Fix, Rule } from '../../shared/rules/index.ts';
import {
  reconcile,
  removeServiceAnnotation,
  setServiceAnnotation,
  useClusterPolicy,
} from '../../shared/fixes/service-fixes.ts';
import { pinToPools, spreadOverNodes } from '../../shared/fixes/workload-fixes.ts';
import {
  cluster,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  pinned,
  pod,
  podSpec,
  service,
  slice,
  taint,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';

const web = { namespace: 'shop', name: 'web' };
const gpuTaint = taint('sku=gpu:NoSchedule');

function commands({ steps }: Pick<Fix, 'steps'>): readonly string[] {
  return steps.map((step) => step.text);
}

/** Every command of every fix that a rule offers for a cluster. */
function offered(rule: Rule, changes: SnapshotChanges): readonly string[] {
  const outcome = rule.run(cluster(changes));
  const faults = outcome.kind === 'checked' ? outcome.faults : [];
  return faults.flatMap((fault) => fault.fixes.flatMap(commands));
}

/** The JSON behind `-p` of a patch command. */
function patchIn(fix: Fix): unknown {
  return JSON.parse(/ -p '(.*)'$/u.exec(commands(fix)[0] ?? '')?.[1] ?? 'null');
}

describe('commands for a Service', () => {
  test('are whole and can be pasted', () => {
    expect(commands(useClusterPolicy(web))).toEqual([
      `kubectl -n shop patch service web --type merge -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
    ]);
    expect(
      commands(setServiceAnnotation(web, 'azure-load-balancer-mode', 'set', 'T', ['p'])),
    ).toEqual([
      'kubectl -n shop annotate service web service.beta.kubernetes.io/azure-load-balancer-mode=set --overwrite',
    ]);
    expect(commands(reconcile(web))[0]).toMatch(/^kubectl -n shop annotate service web evenkeel/u);
  });

  test('quote what a cluster calls its things', () => {
    const odd = { namespace: 'a b', name: `x'; rm -rf /; '` };
    const [command = ''] = commands(removeServiceAnnotation(odd, 'k$(id)', 'T', ['p']));
    expect(command).toBe(
      String.raw`kubectl -n 'a b' annotate service 'x'\''; rm -rf /; '\''' 'k$(id)-'`,
    );
  });

  test('stop after three Services', () => {
    expect(commands(useClusterPolicy(web, web, web, web))).toHaveLength(3);
  });
});

describe('patches of a workload', () => {
  test('pinning keeps the terms that are there, each narrowed to the pools', () => {
    const disk = { key: 'disk', operator: 'In', values: ['nvme'] };
    const spec = podSpec({
      requiredNodeAffinity: [
        { matchExpressions: [disk], matchFields: [] },
        { matchExpressions: [], matchFields: [{ ...disk, key: 'metadata.name' }] },
      ],
    });
    const pool = { key: 'kubernetes.azure.com/agentpool', operator: 'In', values: ['a', 'b'] };
    expect(patchIn(pinToPools(workload({ spec }), ['a', 'b']))).toMatchObject({
      spec: {
        template: {
          spec: {
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [
                    { matchExpressions: [disk, pool] },
                    { matchExpressions: [pool], matchFields: [{ key: 'metadata.name' }] },
                  ],
                },
              },
            },
          },
        },
      },
    });
  });

  test('pinning takes the place of a pin to other pools', () => {
    const tier = { key: 'tier', operator: 'In', values: ['b'] };
    const oldPool = { ...tier, key: 'kubernetes.azure.com/agentpool' };
    const spec = podSpec({
      nodeSelector: new Map([
        ['agentpool', 'b'],
        ['disk', 'nvme'],
      ]),
      requiredNodeAffinity: [{ matchExpressions: [oldPool, tier], matchFields: [] }],
    });
    const pool = { key: 'kubernetes.azure.com/agentpool', operator: 'In', values: ['a'] };
    expect(patchIn(pinToPools(workload({ spec }), ['a']))).toEqual({
      spec: {
        template: {
          spec: {
            nodeSelector: { agentpool: null },
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [{ matchExpressions: [tier, pool] }],
                },
              },
            },
          },
        },
      },
    });
  });

  test('a StatefulSet tells its revisions apart by a label of its own', () => {
    const db = workload({ kind: 'StatefulSet', name: 'db' });
    expect(JSON.stringify(patchIn(spreadOverNodes(db, new Map([['app', 'db']]))))).toContain(
      '"matchLabelKeys":["controller-revision-hash"]',
    );
  });

  test('a spread is hard, by host, and over the nodes that the pods may use', () => {
    expect(patchIn(spreadOverNodes(workload(), new Map([['app', 'web']])))).toMatchObject({
      spec: {
        template: {
          spec: {
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: 'kubernetes.io/hostname',
                whenUnsatisfiable: 'DoNotSchedule',
                nodeTaintsPolicy: 'Honor',
                labelSelector: { matchLabels: { app: 'web' } },
                matchLabelKeys: ['pod-template-hash'],
              },
            ],
          },
        },
      },
    });
  });
});

describe('commands for a cluster', () => {
  test('isolating a system pool keeps the taints that it has', () => {
    const pool = nodePool('system', {
      taints: [taint('a=b:PreferNoSchedule'), taint('CriticalAddonsOnly=true:PreferNoSchedule')],
    });
    const fix = isolateSystemPool(cluster(), pool, false);
    expect(commands(fix)).toEqual([
      'az aks nodepool update -g rg --cluster-name aks -n system --node-taints a=b:PreferNoSchedule,CriticalAddonsOnly=true:NoSchedule',
    ]);
    expect(fix.price.join()).toContain('no other pool for Linux pods');
  });

  test('Basic with availability sets migrates by its sets', () => {
    const pools = [nodePool('system', { type: 'AvailabilitySet' })];
    const withSets = cluster({ managedCluster: managedCluster({ nodePools: pools }) });
    expect(commands(migrateFromBasic(withSets, withSets.managedCluster))).toEqual([
      'az aks update -g rg -n aks --migrate-vmas-to-vms',
    ]);
    expect(commands(migrateFromBasic(cluster(), cluster().managedCluster))).toEqual([
      'az aks update -g rg -n aks --load-balancer-sku=Standard',
    ]);
  });
});

describe('fixes that fit the cause', () => {
  const agent = workload({ kind: 'DaemonSet', name: 'agent', replicas: undefined });

  test('a taint that ARM gives the pool can be taken off, the others stay', () => {
    const taints = [gpuTaint, taint('kubernetes.azure.com/scalesetpriority=spot:NoSchedule')];
    const given = {
      managedCluster: managedCluster({ nodePools: [nodePool('gpu', { taints })] }),
      nodes: [node('gpu-0', { taints })],
      daemonSets: [agent],
    };
    expect(offered(daemonsetMissingNodes, given)).toContain(
      'az aks nodepool update -g rg --cluster-name aks -n gpu --node-taints kubernetes.azure.com/scalesetpriority=spot:NoSchedule',
    );
  });

  test('the taint that isolates a system pool stays', () => {
    const isolated = [taint('CriticalAddonsOnly=true:NoSchedule')];
    const given = {
      nodes: [node('system-0', { taints: isolated })],
      daemonSets: [{ ...agent, namespace: 'kube-system' }],
    };
    const found = offered(daemonsetMissingNodes, given);
    expect(found.filter((command) => command.startsWith('az'))).toEqual([]);
    expect(found).toHaveLength(1);
  });

  test('the annotation that overrides the probe goes', () => {
    const key = 'service.beta.kubernetes.io/port_80_health-probe_port';
    const given = {
      services: [service({ annotations: new Map([[key, '10256']]) })],
      loadBalancers: [
        loadBalancer({
          members: ['user-0', 'user-1'].map((name) => nicMember(node(name))),
          probe: 'kube-proxy',
        }),
      ],
      endpointSlices: [slice([endpoint('a', 'user-0')])],
    };
    expect(offered(lostConnections, given)).toContain(
      `kubectl -n shop annotate service web ${key}-`,
    );
  });

  test('a stopped pool that fits can be started', () => {
    const given = {
      managedCluster: managedCluster({
        nodePools: [nodePool('user'), nodePool('fast', { count: 0, powerState: 'Stopped' })],
      }),
      nodes: [node('user-0')],
      deployments: [workload({ spec: pinned('fast') })],
    };
    expect(offered(unschedulable, given)).toContain(
      'az aks nodepool start -g rg --cluster-name aks -n fast',
    );
  });

  test('pods from before the taint are restarted by what owns them', () => {
    const name = node('system-0').name;
    const given = {
      systemPods: [
        pod('web-5d4f-a', { node: name }),
        pod('db-0', { node: name, owner: { kind: 'StatefulSet', name: 'db' } }),
        pod('bare', { node: name, owner: undefined }),
      ],
    };
    expect(offered(userPodsOnSystemPool, given)).toEqual([
      'kubectl -n shop rollout restart deployment web',
      'kubectl -n shop rollout restart statefulset db',
      'kubectl -n shop delete pod bare',
    ]);
  });
});
