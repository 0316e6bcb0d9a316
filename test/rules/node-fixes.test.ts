import { describe, expect, test } from '@jest/globals';
import type { BackendMember, Node, Slices } from '../../shared/model/index.ts';
import { allNodesExcluded } from '../../shared/rules/backend/all-nodes-excluded.ts';
import { excludeLabelFalse } from '../../shared/rules/backend/exclude-label-false.ts';
import { heldByOtherLoadBalancer } from '../../shared/rules/backend/held-by-other-load-balancer.ts';
import { mixedPool } from '../../shared/rules/backend/mixed-pool.ts';
import { staleMember } from '../../shared/rules/backend/stale-member.ts';
import { localPoolDrift } from '../../shared/rules/multi-lb/local-pool-drift.ts';
import { noEligibleLoadBalancer } from '../../shared/rules/multi-lb/no-eligible-load-balancer.ts';
import { unknownConfiguration } from '../../shared/rules/multi-lb/unknown-configuration.ts';
import type { Fix, Rule } from '../../shared/rules/index.ts';
import {
  childId,
  cluster,
  excludedNode,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  nodePool,
  staleMember as gone,
  vmMember,
  vmNode,
  type SnapshotChanges,
  labelSelector,
} from '../builders/index.ts';
import {
  asking,
  balancer,
  gateway,
  gatewaySlice,
  ledger,
  onKubernetes,
  payers,
  payments,
  portal,
  primary,
  several,
} from './multi-lb/several.ts';

const key = 'node.kubernetes.io/exclude-from-external-load-balancers';
const prefix = 'service.beta.kubernetes.io/azure-';

/** The fixes of all that a rule finds in a cluster. */
function fixes(rule: Rule, changes: SnapshotChanges): readonly Fix[] {
  const outcome = rule.run(cluster(changes));
  return outcome.kind === 'checked' ? outcome.faults.flatMap((fault) => fault.fixes) : [];
}

function commands(rule: Rule, changes: SnapshotChanges): readonly string[] {
  return fixes(rule, changes).flatMap(({ steps }) => steps.map((step) => step.text));
}

describe('the exclude label', () => {
  const nodes = [excludedNode('user-1', 'false')];

  test('of several pools without a node left the one with most of them comes back', () => {
    const all = ['system-0', 'user-0', 'user-1'].map((name) => excludedNode(name));
    expect(commands(allNodesExcluded, { nodes: all })).toEqual([
      `kubectl label node user-0 user-1 ${key}-`,
    ]);
  });

  test('set by hand goes by hand', () => {
    expect(commands(excludeLabelFalse, { nodes })).toEqual([
      `kubectl label node user-1 ${key}-`,
      `kubectl label node user-1 ${key}=true --overwrite`,
    ]);
  });

  test('set by AKS goes by AKS, and the other labels of the pool stay', () => {
    const own = new Map([
      [key, 'false'],
      ['team', 'a b'],
    ]);
    const pools = [nodePool('user', { labels: own })];
    const given = { nodes, managedCluster: managedCluster({ nodePools: pools }) };
    const update = 'az aks nodepool update -g rg --cluster-name aks -n user --labels';
    expect(commands(excludeLabelFalse, given)).toEqual([
      `${update} 'team=a b'`,
      `${update} 'team=a b' ${key}=true`,
    ]);
  });
});

describe('members that are no node', () => {
  const a = node('user-0');

  function stale(...members: readonly BackendMember[]): readonly string[] {
    const given = {
      nodes: [a],
      networkInterfaces: [nicOf(vmNode('old'))],
      loadBalancers: [loadBalancer({ members: [...members] })],
    };
    return commands(staleMember, given).filter((command) => command.startsWith('az'));
  }

  test('by address go by the name of their entry', () => {
    const [command] = stale({ kind: 'ip', ip: '10.224.9.9', name: 'aks-user-9' });
    expect(command).toBe(
      'az network lb address-pool address remove -g mc_rg_aks_westeurope --lb-name kubernetes --pool-name kubernetes -n aks-user-9',
    );
  });

  test('by NIC go by the NIC', () => {
    const [command] = stale(vmMember(vmNode('old')));
    expect(command).toBe(
      'az network nic ip-config address-pool remove -g mc_rg_aks_westeurope --nic-name old-nic --ip-config-name ipconfig1 --lb-name kubernetes --address-pool kubernetes',
    );
  });

  test('of a scale set are looked up there, three at most', () => {
    const found = stale(gone(1), gone(2), gone(3), gone(4));
    expect(found).toHaveLength(3);
    expect(found[0]).toBe(
      `az vmss list-instances -g mc_rg_aks_westeurope -n aks-gone-12345678-vmss --query "[?instanceId=='1'].[name,provisioningState]"`,
    );
  });
});

describe('a NIC that another load balancer holds', () => {
  const a = node('user-0');

  function held(one: Node, interfaces: Slices['networkInterfaces'] = []): readonly string[] {
    return commands(heldByOtherLoadBalancer, {
      nodes: [a, one],
      networkInterfaces: interfaces,
      loadBalancers: [
        loadBalancer({ members: [nicMember(a)] }),
        loadBalancer({ name: 'legacy', key: 'legacy', members: [nicMember(one)] }),
      ],
    });
  }

  test('is taken out of that pool and no other', () => {
    const one = vmNode('user-1');
    const legacy = childId('legacy', 'backendAddressPools', 'web');
    const outbound = childId('kubernetes', 'backendAddressPools', 'aksOutboundBackendPool');
    const interfaces = [nicOf(one)].map((nic) => ({
      ...nic,
      ipConfigurations: nic.ipConfigurations.map((each) => ({
        ...each,
        backendPoolIds: [legacy, outbound],
      })),
    }));
    expect(held(one, interfaces)).toEqual([
      `az network nic ip-config address-pool remove -g mc_rg_aks_westeurope --nic-name user-1-nic --ip-config-name ipconfig1 --address-pool ${legacy}`,
      'az aks update -g rg -n aks --load-balancer-backend-pool-type nodeIP',
    ]);
  });

  test('of a scale set goes out of its model first', () => {
    const [show, update, apply] = held(node('user-1'));
    expect(show).toMatch(
      /^az vmss show -g mc_rg_aks_westeurope -n aks-user-12345678-vmss --query /u,
    );
    expect(update).toContain("loadBalancerBackendAddressPools' INDEX_OF_THE_POOL");
    expect(apply).toContain('--instance-ids 1');
  });
});

test('a mixed pool is finished in the direction that the cluster is set to', () => {
  const members = [nicMember(node('user-0')), ipMember(node('user-1'))];
  const loadBalancers = [loadBalancer({ members })];
  const types = (backendPoolType: string): readonly string[] =>
    commands(mixedPool, {
      loadBalancers,
      managedCluster: managedCluster({ backendPoolType }),
    }).map((command) => command.split(' ').at(-1) ?? '');
  expect(types('nodeip')).toEqual(['nodeIP', 'nodeIPConfiguration']);
  expect(types('nodeipconfiguration')).toEqual(['nodeIPConfiguration', 'nodeIP']);
});

describe('several load balancers', () => {
  test('the nearest name is offered, beside those that are known', () => {
    const names = { 'load-balancer-configurations': 'kubernetes, paymants' };
    expect(commands(unknownConfiguration, several({ services: [asking(portal, names)] }))).toEqual([
      `kubectl -n portal annotate service web ${prefix}load-balancer-configurations=kubernetes,payments --overwrite`,
      `kubectl -n portal annotate service web ${prefix}load-balancer-configurations-`,
    ]);
  });

  test('the labels that a selector asks for are written out', () => {
    const given = several({ loadBalancerConfigurations: [payments] });
    expect(commands(noEligibleLoadBalancer, given)).toEqual([
      'kubectl label namespace portal team=payments --overwrite',
    ]);
    const either = { key: 'tier', operator: 'In', values: ['front', 'back'] };
    const open = { ...labelSelector({}), matchExpressions: [either] };
    const chosen = several({
      loadBalancerConfigurations: [{ ...primary, serviceLabelSelector: open }],
    });
    expect(commands(noEligibleLoadBalancer, { ...chosen, services: [portal] })).toEqual([
      'az aks loadbalancer show -g rg --cluster-name aks -n kubernetes',
      'kubectl -n portal label service web KEY=VALUE --overwrite',
    ]);
  });

  test('an address beside names: one of the two goes', () => {
    const both = { 'load-balancer-ipv4': '20.1.2.3', 'load-balancer-configurations': 'payments' };
    const service = { ...asking(ledger, both), loadBalancerIp: '20.1.2.3' };
    expect(commands(noEligibleLoadBalancer, several({ services: [service] }))).toEqual([
      `kubectl -n payments annotate service ledger ${prefix}load-balancer-configurations-`,
      `kubectl -n payments annotate service ledger ${prefix}load-balancer-ipv4-`,
      `kubectl -n payments patch service ledger --type merge -p '{"spec":{"loadBalancerIP":null}}'`,
    ]);
  });

  test('a drifted pool put right: the shares after it, and after Cluster', () => {
    const [repaired, shared] = fixes(
      localPoolDrift,
      several({
        endpointSlices: [gatewaySlice('pay-0', 'pay-1', 'user-0')],
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer(
            'payments',
            { nodes: payers, of: ledger },
            { nodes: payers, poolName: 'payments-gateway', of: gateway },
          ),
        ],
      }),
    );
    const third = expect.closeTo(1 / 3, 5);
    const even = { 'gateway-0': third, 'gateway-1': third, 'gateway-2': third };
    expect(repaired?.after).toMatchObject({ verdict: 'even', lost: 0, shares: even });
    expect(shared?.after).toMatchObject({ verdict: 'even', lost: 0, shares: even });
  });
});
