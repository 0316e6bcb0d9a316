import { describe, expect, test } from '@jest/globals';
import { readKubernetes } from '../../shared/collect/cluster-objects.ts';
import { Problems } from '../../shared/input/index.ts';
import { read, unread, type ManagedCluster, type Read } from '../../shared/model/index.ts';
import { managedCluster, nodePool } from '../builders/index.ts';
import { answeringWith, kindOfPath } from './transport.ts';

function node(name: string, labels: object): object {
  return { metadata: { name, labels }, spec: {} };
}

const nodes = [
  node('system', { 'kubernetes.azure.com/agentpool': 'sys', 'kubernetes.azure.com/mode': 'user' }),
  node('old', { agentpool: 'sys' }),
  node('user', { 'kubernetes.azure.com/agentpool': 'work', 'kubernetes.azure.com/mode': 'system' }),
  node('made', { 'kubernetes.azure.com/agentpool': '', 'kubernetes.azure.com/mode': 'System' }),
  node('gone', { 'kubernetes.azure.com/agentpool': 'gone', 'kubernetes.azure.com/mode': 'system' }),
  node('bare', {}),
];

/** The nodes whose pods were asked for. */
async function askedFor(cluster: Read<ManagedCluster>): Promise<readonly string[]> {
  const transport = answeringWith(({ path }) => {
    return { body: { kind: kindOfPath(path), items: path === '/api/v1/nodes' ? nodes : [] } };
  });
  await readKubernetes({ transport, managedCluster: cluster, problems: new Problems() });
  return transport.asked
    .filter(({ path }) => path === '/api/v1/pods')
    .map(({ fieldSelector }) => fieldSelector);
}

describe('pods are read of system nodes and of those Pending, never whole', () => {
  const pools = [nodePool('sys', { mode: 'system' }), nodePool('work', { mode: 'user' })];

  test('a node is of the mode that ARM says of its pool, else of its own', async () => {
    expect(await askedFor(read(managedCluster({ nodePools: pools })))).toEqual([
      'status.phase=Pending,spec.nodeName=',
      'spec.nodeName=gone',
      'spec.nodeName=made',
      'spec.nodeName=old',
      'spec.nodeName=system',
    ]);
  });

  test('without ARM, of its own', async () => {
    expect(await askedFor(unread('403'))).toEqual([
      'status.phase=Pending,spec.nodeName=',
      'spec.nodeName=gone',
      'spec.nodeName=made',
      'spec.nodeName=user',
    ]);
  });
});
