import { describe, expect, test } from '@jest/globals';
import { daemonSetOn } from '../../shared/placement/index.ts';
import { node, pinned, podSpec, taint } from '../builders/index.ts';

const hostNetwork = { hostNetwork: true };

describe('a DaemonSet and a node', () => {
  test.each([
    {
      taints: ['node.kubernetes.io/not-ready:NoExecute'],
      spec: {},
      shouldRun: true,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/unreachable:NoExecute'],
      spec: {},
      shouldRun: true,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/not-ready:NoSchedule'],
      spec: {},
      shouldRun: false,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/disk-pressure:NoSchedule'],
      spec: {},
      shouldRun: true,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/memory-pressure:NoSchedule'],
      spec: {},
      shouldRun: true,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/pid-pressure:NoSchedule'],
      spec: {},
      shouldRun: true,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/unschedulable:NoSchedule'],
      spec: {},
      shouldRun: true,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/network-unavailable:NoSchedule'],
      spec: {},
      shouldRun: false,
      shouldStay: true,
    },
    {
      taints: ['node.kubernetes.io/network-unavailable:NoSchedule'],
      spec: hostNetwork,
      shouldRun: true,
      shouldStay: true,
    },
    {
      taints: ['CriticalAddonsOnly=true:NoSchedule'],
      spec: {},
      shouldRun: false,
      shouldStay: true,
    },
    {
      taints: ['kubernetes.azure.com/scalesetpriority=spot:NoSchedule'],
      spec: {},
      shouldRun: false,
      shouldStay: true,
    },
    {
      taints: ['node.cloudprovider.kubernetes.io/uninitialized=true:NoSchedule'],
      spec: {},
      shouldRun: false,
      shouldStay: true,
    },
    { taints: ['team=a:NoExecute'], spec: {}, shouldRun: false, shouldStay: false },
    { taints: ['a:NoSchedule', 'b:NoExecute'], spec: {}, shouldRun: false, shouldStay: false },
    { taints: ['soft:PreferNoSchedule'], spec: {}, shouldRun: true, shouldStay: true },
    { taints: [], spec: pinned('gpu'), shouldRun: false, shouldStay: false },
    {
      taints: [],
      spec: { nodeSelector: new Map([['gpu', 'yes']]) },
      shouldRun: false,
      shouldStay: false,
    },
    { taints: [], spec: { nodeName: 'user-1' }, shouldRun: false, shouldStay: false },
  ])('$taints, $spec: runs $shouldRun, stays $shouldStay', ({ taints, spec, ...expected }) => {
    const on = node('user-0', { taints: taints.map(taint) });
    expect(daemonSetOn(podSpec(spec), on)).toMatchObject({
      shouldRun: expected.shouldRun,
      shouldStay: expected.shouldStay,
    });
  });

  test('cordon and readiness do not enter', () => {
    const on = node('user-0', { unschedulable: true, ready: 'false' });
    expect(daemonSetOn(podSpec(), on).shouldRun).toBe(true);
  });
});
