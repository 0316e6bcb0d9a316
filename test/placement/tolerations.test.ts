import { describe, expect, test } from '@jest/globals';
import {
  compareNumericValues,
  firstUntolerated,
  isHard,
  isTransientTaint,
  toleratesTaint,
} from '../../shared/placement/index.ts';
import type { Toleration } from '../../shared/model/index.ts';
import { taint } from '../builders/index.ts';

/** `operator key=value:Effect`; what is left out is `''`. */
function toleration(changes: Partial<Toleration>): Toleration {
  return { key: '', operator: '', value: '', effect: '', ...changes };
}

describe('one toleration against one taint', () => {
  test.each([
    { by: { operator: 'Exists' }, of: 'any=thing:NoExecute', tolerated: true },
    { by: { operator: 'Exists', effect: 'NoSchedule' }, of: 'a:NoExecute', tolerated: false },
    {
      by: { operator: 'Exists', effect: 'NoSchedule' },
      of: 'a:PreferNoSchedule',
      tolerated: false,
    },
    { by: { key: 'a', effect: 'NoSchedule' }, of: 'a:NoSchedule', tolerated: true },
    { by: { key: 'a', effect: 'NoSchedule' }, of: 'a=true:NoSchedule', tolerated: false },
    {
      by: { key: 'a', operator: 'Equal', value: 'true' },
      of: 'a=True:NoSchedule',
      tolerated: false,
    },
    { by: { key: 'a', operator: 'Exists', value: 'x' }, of: 'a=y:NoSchedule', tolerated: true },
    { by: { value: 'y' }, of: 'a=y:NoSchedule', tolerated: true },
    { by: { key: 'a', operator: 'exists' }, of: 'a:NoSchedule', tolerated: false },
    { by: { key: 'a', operator: 'Gt', value: '1' }, of: 'a=2:NoSchedule', tolerated: false },
  ])('$by and $of: $tolerated', ({ by, of, tolerated }) => {
    expect(toleratesTaint(toleration(by), taint(of))).toBe(tolerated);
  });

  test('with the gate for numbers on, the taint is compared with the toleration', () => {
    const bigger = toleration({ key: 'a', operator: 'Gt', value: '1' });
    expect(toleratesTaint(bigger, taint('a=2:NoSchedule'), { comparisonOperators: true })).toBe(
      true,
    );
    expect(toleratesTaint(bigger, taint('a=1:NoSchedule'), { comparisonOperators: true })).toBe(
      false,
    );
  });
});

describe('numbers in tolerations', () => {
  test.each([
    { operator: 'Gt', wanted: '9223372036854775806', given: '9223372036854775807', holds: true },
    { operator: 'Lt', wanted: '-9223372036854775807', given: '-9223372036854775808', holds: true },
    { operator: 'Gt', wanted: '0', given: '9223372036854775808', holds: false },
    { operator: 'Lt', wanted: '2', given: '01', holds: false },
    { operator: 'Lt', wanted: '2', given: '+1', holds: false },
    { operator: 'Lt', wanted: '2', given: ' 1', holds: false },
    { operator: 'Lt', wanted: '2', given: '1.0', holds: false },
    { operator: 'Lt', wanted: '1', given: '-0', holds: false },
    { operator: 'Lt', wanted: '2', given: '', holds: false },
    { operator: 'Eq', wanted: '1', given: '1', holds: false },
  ])('$given $operator $wanted: $holds', ({ operator, wanted, given, holds }) => {
    expect(compareNumericValues(operator, wanted, given)).toBe(holds);
  });
});

test('every taint that counts needs a toleration; the first without one is the answer', () => {
  const taints = ['soft:PreferNoSchedule', 'a:NoSchedule', 'a:NoExecute', 'b:NoSchedule'].map(
    taint,
  );
  const onlyA = [toleration({ key: 'a', operator: 'Exists', effect: 'NoSchedule' })];
  expect(firstUntolerated(taints, onlyA, isHard)).toEqual(taint('a:NoExecute'));
  expect(firstUntolerated(taints, [], isHard)).toEqual(taint('a:NoSchedule'));
  expect(firstUntolerated(taints, [toleration({ operator: 'Exists' })])).toBeUndefined();
});

describe('taints that come and go', () => {
  test.each([
    { key: 'node.kubernetes.io/not-ready', transient: true },
    { key: 'node.kubernetes.io/out-of-service', transient: true },
    { key: 'node.cloudprovider.kubernetes.io/uninitialized', transient: true },
    { key: 'ToBeDeletedByClusterAutoscaler', transient: true },
    { key: 'DeletionCandidateOfClusterAutoscaler', transient: true },
    { key: 'disk.csi.azure.com/agent-not-ready', transient: true },
    { key: 'node.cilium.io/agent-not-ready', transient: true },
    { key: 'remediator.kubernetes.azure.com/unschedulable', transient: true },
    { key: 'remediator.aks.microsoft.com/unschedulable', transient: true },
    { key: 'CriticalAddonsOnly', transient: false },
    { key: 'kubernetes.azure.com/scalesetpriority', transient: false },
    { key: 'virtual-kubelet.io/provider', transient: false },
    { key: 'example.com/node.kubernetes.io/x', transient: false },
  ])('$key: $transient', ({ key, transient }) => {
    expect(isTransientTaint({ key, value: '', effect: 'NoSchedule' })).toBe(transient);
  });
});
