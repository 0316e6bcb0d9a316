import { machineIdOf } from '../load-balancing/index.ts';
import type { BackendMember, BackendPool, LoadBalancer } from '../model/index.ts';
import { az, kubectl } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { reconcile } from './service-fixes.ts';
import { quoted } from './text.ts';
import type { InboundPool } from '../facts/inbound-pools.ts';

/** Touches a Service of the pools: every reconcile of a Service puts its pool right. */
export function reconcileUser(
  pools: readonly InboundPool[],
  title: string,
  price: readonly string[] = ['one extra reconcile'],
): Fix {
  const [first] = pools.flatMap(({ users }) => users);
  return { title, steps: first === undefined ? [] : reconcile(first.service).steps, price };
}

/** The command that takes an entry out of a pool by hand, or shows the machine behind it. */
export function removeMember(
  { name, resourceGroup }: LoadBalancer,
  pool: BackendPool,
  member: BackendMember,
): FixStep {
  const at = `--lb-name ${quoted(name)}`;
  if (member.kind === 'ip')
    return az(
      `network lb address-pool address remove -g ${quoted(resourceGroup)} ${at} --pool-name ${quoted(pool.name)} -n ${quoted(member.name ?? member.ip)}`,
    );
  const machine = machineIdOf(member.ipConfigurationId);
  const group = quoted(machine?.resourceGroup ?? resourceGroup);
  if (machine?.kind === 'scale-set-instance')
    return az(
      `vmss list-instances -g ${group} -n ${quoted(machine.scaleSet)} --query "[?instanceId=='${machine.instance.replaceAll(/[^\w-]/gu, '')}'].[name,provisioningState]"`,
    );
  const [nic = '', configuration = ''] = nicAndConfiguration(member.ipConfigurationId);
  return az(
    `network nic ip-config address-pool remove -g ${group} --nic-name ${quoted(nic)} --ip-config-name ${quoted(configuration)} ${at} --address-pool ${quoted(pool.name)}`,
  );
}

function nicAndConfiguration(id: string): readonly string[] {
  return (
    /\/networkinterfaces\/([^/]+)\/ipconfigurations\/([^/]+)/iu.exec(id)?.slice(1) ?? ['NIC', id]
  );
}

/**
 * Nodes that no update has put into a pool: what to look at, and whether a reconcile is worth a try.
 * @param hasFailed An event tells of an update that failed.
 * @param isSafe A reconcile leaves no Service of the pools worse off.
 */
export function findFailedUpdate(
  nodes: readonly string[],
  hasFailed: boolean,
  isSafe: boolean,
): Fix {
  const [title, price] = hasFailed
    ? [
        'Fix the cause named in the failed update',
        'none (read-only); the cloud provider retries automatically',
      ]
    : isSafe
      ? [
          'Check for failed updates, then trigger a reconcile (annotate a Service)',
          'none (read-only); any change to a Service triggers a reconcile',
        ]
      : [
          'Check for failed updates, nodes and NICs',
          'none (read-only); a reconcile now would leave a Service of the pool worse off, since it also applies the Service’s settings',
        ];
  return {
    title,
    steps: [
      kubectl('get events -A --field-selector type=Warning,involvedObject.kind=Service'),
      ...nodes.slice(0, 3).map((node) => kubectl(`describe node ${quoted(node)}`)),
    ],
    price: [price],
  };
}
