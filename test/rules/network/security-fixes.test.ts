import { describe, expect, test } from '@jest/globals';
import { nsgBlocksProbe } from '../../../shared/rules/network/nsg-blocks-probe.ts';
import { nsgBlocksService } from '../../../shared/rules/network/nsg-blocks-service.ts';
import type { SecurityRule } from '../../../shared/model/index.ts';
import type { Rule } from '../../../shared/rules/index.ts';
import {
  allowWeb,
  cluster,
  securityGroup,
  securityRule,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';

/** Every command that a rule offers for the healthy cluster behind a group with these rules. */
function offered(
  rule: Rule,
  rules: readonly SecurityRule[],
  changes: SnapshotChanges = {},
): readonly string[] {
  const groups = [securityGroup(rules, { resourceGroup: 'net' })];
  const outcome = rule.run(cluster({ securityGroups: groups, ...changes }));
  const [fault] = outcome.kind === 'checked' ? outcome.faults : [];
  return fault?.fixes.flatMap((fix) => fix.steps.map((step) => step.text)) ?? [];
}

const lockdown = securityRule('lockdown', { allow: false, priority: 300 });
const group = '-g net --nsg-name aks-agentpool-12345678-nsg';
const openWeb = (priority: number, sources = 'Internet') =>
  `az network nsg rule create ${group} -n allow-shop-web --priority ${priority} --direction Inbound --access Allow --protocol Tcp --source-address-prefixes ${sources} --destination-address-prefixes 20.50.10.10 --destination-port-ranges 80`;

describe('clients that are kept out', () => {
  test('come in by a rule before the one that denies, or without that one', () => {
    expect(offered(nsgBlocksService, [allowWeb(), lockdown])).toEqual([
      openWeb(299),
      `az network nsg rule delete ${group} -n lockdown`,
    ]);
  });

  test('come in at the next number that is free', () => {
    const taken = securityRule('x', { priority: 299, destinationPorts: ['22'] });
    expect(offered(nsgBlocksService, [lockdown, taken])[0]).toBe(openWeb(298));
  });

  test('have no number left before the first one', () => {
    const first = { ...lockdown, priority: 100 };
    expect(offered(nsgBlocksService, [first])).toEqual([
      `az network nsg rule delete ${group} -n lockdown`,
    ]);
  });

  test('clients: a reconcile first, where the cloud provider manages the group', () => {
    const other = allowWeb({ destinations: ['20.50.10.99'] });
    const [first, second] = offered(nsgBlocksService, [other]);
    expect(first).toMatch(/^kubectl -n shop annotate service web evenkeel\.dev\/reconcile=/u);
    expect(second).toBe(openWeb(499));
  });

  test('clients: a reconcile, where the rule of the cloud provider outranks what denies the rest', () => {
    const other = allowWeb({ destinations: ['20.50.10.99'] });
    const reconciled = expect.stringContaining('evenkeel.dev/reconcile');
    const rest = { ...lockdown, priority: 4096 };
    expect(offered(nsgBlocksService, [other, rest])).toContainEqual(reconciled);
    expect(offered(nsgBlocksService, [other, lockdown])).not.toContainEqual(reconciled);
  });

  test('come in by a rule of one’s own, where the group is not the cluster’s', () => {
    expect(offered(nsgBlocksService, [])).toEqual([openWeb(499)]);
  });

  test('come in by the provider’s rule, once it may write one', () => {
    const key = 'service.beta.kubernetes.io/azure-disable-load-balancer-nsg-rule';
    const changes = { services: [service({ annotations: new Map([[key, 'true']]) })] };
    const other = allowWeb({ destinations: ['20.50.10.99'] });
    expect(offered(nsgBlocksService, [other], changes)).toEqual([
      `kubectl -n shop annotate service web ${key}-`,
      openWeb(499),
    ]);
  });

  test('are let in once the Service says on which side it is', () => {
    const key = 'service.beta.kubernetes.io/azure-load-balancer-internal';
    const changes = { services: [service({ annotations: new Map([[key, 'True']]) })] };
    const other = allowWeb({ destinations: ['20.50.10.99'] });
    expect(offered(nsgBlocksService, [other], changes)).toEqual([
      `kubectl -n shop annotate service web ${key}=true --overwrite`,
      `kubectl -n shop annotate service web ${key}-`,
    ]);
  });

  test('of several ranges come in by one rule, of service tags by one each', () => {
    const ranges = ['203.0.113.0/24', '198.51.100.0/24'];
    const named = { services: [service({ loadBalancerSourceRanges: ranges })] };
    expect(offered(nsgBlocksService, [], named)).toEqual([openWeb(499, ranges.join(' '))]);
    const key = 'service.beta.kubernetes.io/azure-allowed-service-tags';
    const tags = { services: [service({ annotations: new Map([[key, 'AzureCloud,Storage']]) })] };
    expect(offered(nsgBlocksService, [], tags)).toEqual([
      openWeb(499, 'AzureCloud'),
      openWeb(498, 'Storage').replace('allow-shop-web', 'allow-shop-web-2'),
    ]);
  });
});

test('probes come in from everywhere that Azure sends them', () => {
  expect(offered(nsgBlocksProbe, [allowWeb(), lockdown])).toEqual([
    `az network nsg rule create ${group} -n allow-azure-load-balancer --priority 299 --direction Inbound --access Allow --protocol '*' --source-address-prefixes AzureLoadBalancer --destination-address-prefixes '*' --destination-port-ranges '*'`,
    `az network nsg rule delete ${group} -n lockdown`,
  ]);
});
