import type { Cluster } from '../facts/index.ts';
import type { Subject } from '../model/index.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Steps as commands and manifests. They are shown, never run; names from clusters are quoted. */

/** `kubectl <command>`. */
export function kubectl(command: string): FixStep {
  return { tool: 'kubectl', text: `kubectl ${command}` };
}

/** `kubectl -n <namespace> <verb> <kind> <name> <rest>`. */
export function kubectlOn(
  { kind, namespace = 'default', name }: Subject,
  verb: string,
  rest = '',
): FixStep {
  const object = `${kind.toLowerCase()} ${quoted(name)}`;
  return kubectl(`-n ${quoted(namespace)} ${verb} ${object}${rest && ` ${rest}`}`);
}

/** `az <command>`. */
export function az(command: string): FixStep {
  return { tool: 'az', text: `az ${command}` };
}

/** `az aks update -g <group> -n <cluster> <flags>`. */
export function aksUpdate(cluster: Cluster, flags = ''): FixStep {
  return az(`aks update ${clusterArguments(cluster, '-n')}${flags && ` ${flags}`}`);
}

/** `az aks nodepool <verb> -g <group> --cluster-name <cluster> -n <pool> <flags>`. */
export function aksNodePool(cluster: Cluster, verb: string, pool: string, flags = ''): FixStep {
  const target = clusterArguments(cluster, '--cluster-name');
  return az(`aks nodepool ${verb} ${target} -n ${quoted(pool)}${flags && ` ${flags}`}`);
}

/** `-g <group> <flag> <cluster>`, or a placeholder where the resource group was not read. */
export function clusterArguments(cluster: Cluster, flag: '-n' | '--cluster-name'): string {
  return `-g ${quoted(cluster.resourceGroup ?? 'RESOURCE_GROUP')} ${flag} ${quoted(cluster.name)}`;
}

/** A manifest, or a part of one. */
export function yaml(text: string): FixStep {
  return { tool: 'yaml', text };
}

/** Steps that show something and change nothing. */
export function readOnlyFix(title: string, ...steps: readonly FixStep[]): Fix {
  return { title, steps, price: ['none (read-only)'] };
}
