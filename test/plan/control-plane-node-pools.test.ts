import { describe } from '@jest/globals';
import { pool, testChanges } from './control-plane.ts';

describe('a change of a node pool in a whole case', () => {
  testChanges([
    [
      'a pool that loses two of three nodes',
      'standard-healthy',
      { nodePools: pool({ name: 'web', count: 1 }) },
      ['shop/web:80 even 100', '2 pods have no node to run on now, and would stay Pending'],
    ],
    [
      'a NoExecute taint on the only pool that fits',
      'standard-uneven-local',
      { nodePools: pool({ name: 'web', taints: ['a=b:NoExecute'] }) },
      ['shop/web:80 none ', '3 pods have no node to run on now, and would stay Pending'],
    ],
    [
      'a soft taint',
      'standard-uneven-local',
      { nodePools: pool({ name: 'web', taints: ['a=b:PreferNoSchedule'] }) },
      [],
    ],
    [
      'a taint less on the system pool',
      'standard-healthy',
      { nodePools: pool({ name: 'system', taints: ['CriticalAddonsOnly-'] }) },
      [],
    ],
    [
      'a primary pool scaled to zero',
      'several-load-balancers',
      { nodePools: pool({ name: 'pay', count: 0 }) },
      [
        'a-b/c:80 unknown',
        'a/b-c:81 unknown',
        'payments/gateway:80 none ',
        'payments/ledger:80 even 50/50',
        'shop/web:80 even 33/33/33',
        '3 pods have no node to run on now, and would stay Pending',
      ],
    ],
    [
      'a pool scaled to zero whose pods find others',
      'several-load-balancers',
      { nodePools: pool({ name: 'user', count: 0 }) },
      [
        'a-b/c:80 unknown',
        'a/b-c:81 unknown',
        'payments/gateway:80 even 33/33/33',
        'portal/web:80 even 33/33/33',
        'shop/lost:80 none 0/0',
        'shop/typo:80 none 0/0',
        'shop/web:80 even 33/33/33',
      ],
    ],
    [
      'a new pool beside several load balancers',
      'several-load-balancers',
      { nodePools: pool({ name: 'fresh', count: 2 }) },
      ['a-b/c:80 unknown', 'a/b-c:81 unknown', 'payments/gateway:80 even 33/33/33'],
    ],
    [
      'the exclude label on a pool',
      'standard-healthy',
      {
        nodePools: pool({
          name: 'web',
          labels: ['node.kubernetes.io/exclude-from-external-load-balancers=true'],
        }),
      },
      ['shop/web:80 none 0/0/0'],
    ],
  ]);
});
